-- A Catalog's database belongs to the role catalog, which is no superuser. Run by a superuser in that database, at every start: what is done already is left.
-- One statement is one transaction: a kill leaves all of it undone, and the next start does it.
DO $hand_over$
DECLARE
    step text;
BEGIN
    -- Older homes: catalog is the first role of the cluster, which can't lose its rights. It gets another name; a role can't rename itself.
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'catalog' AND oid = 10) THEN
        CREATE ROLE catalog_renames SUPERUSER;
        SET SESSION AUTHORIZATION catalog_renames;
        ALTER ROLE catalog RENAME TO catalog_setup;
        RESET SESSION AUTHORIZATION;
        DROP ROLE catalog_renames;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'catalog') THEN
        CREATE ROLE catalog;
    END IF;
    ALTER ROLE catalog LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
    EXECUTE format('ALTER DATABASE %I OWNER TO catalog', current_database());
    -- What lies in a schema is in pg_depend; what follows its owner (array types, sequences of columns) or an extension is left out.
    FOR step IN
        SELECT format('ALTER SCHEMA %I OWNER TO catalog', nspname)
        FROM pg_namespace
        WHERE (nspname = 'public' OR oid >= 16384) AND nspname !~ '^pg_'
        UNION ALL
        SELECT format('ALTER %s %s OWNER TO catalog',
            CASE thing.type WHEN 'composite type' THEN 'TYPE' WHEN 'statistics object' THEN 'STATISTICS'
                WHEN 'function' THEN 'ROUTINE' WHEN 'procedure' THEN 'ROUTINE' WHEN 'aggregate' THEN 'ROUTINE'
                ELSE upper(thing.type) END,
            thing.identity)
        FROM pg_depend AS lies
            JOIN pg_namespace ON pg_namespace.oid = lies.refobjid
            CROSS JOIN pg_identify_object(lies.classid, lies.objid, 0) AS thing
        WHERE lies.refclassid = 'pg_namespace'::regclass AND lies.deptype = 'n'
            AND (nspname = 'public' OR pg_namespace.oid >= 16384) AND nspname !~ '^pg_'
            AND thing.type IN ('table', 'view', 'materialized view', 'foreign table', 'sequence', 'composite type', 'type',
                'function', 'procedure', 'aggregate', 'operator', 'operator class', 'operator family', 'collation', 'conversion',
                'text search configuration', 'text search dictionary', 'statistics object')
            AND NOT EXISTS (
                SELECT FROM pg_depend AS tie
                WHERE tie.classid = lies.classid AND tie.objid = lies.objid AND tie.objsubid = 0 AND tie.deptype IN ('a', 'i', 'e')
            )
    LOOP
        EXECUTE step;
    END LOOP;
END
$hand_over$;
