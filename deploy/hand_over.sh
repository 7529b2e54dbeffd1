#!/bin/sh
# Gives the database `catalog` to the role `catalog`, which is no superuser, and that role its password.
# Run where PostgreSQL's socket is; the argument is catalog/ops/hand_over.sql. Steps that were done before are skipped.
set -eu
ask() { psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --dbname catalog "$@"; }

superuser=catalog_setup
ask --username "$superuser" --command "SELECT" >/dev/null 2>&1 || superuser=catalog  # of an older Catalog
ask --username "$superuser" --file "$1"
# The superuser has no password: it can sign in only over the socket.
ask --username catalog_setup --set password="$POSTGRES_PASSWORD" <<'END'
SET password_encryption = 'scram-sha-256';
ALTER ROLE catalog PASSWORD :'password';
ALTER ROLE catalog_setup PASSWORD NULL;
END
