-- The yardstick: the least that bringing this file into this table could cost in plain SQL. The CSV is psql's stdin.
-- No progress, no rejected rows, no preview, no log of old values, no undo.
\timing on
SET work_mem = '256MB';
-- The winners come in the order of the unique index: walking both side by side spares a hash of all the winners.
SET enable_hashjoin = off;

BEGIN;
CREATE UNLOGGED TABLE floor_staging (name text, sku text, description text);
\echo copy
\copy floor_staging FROM pstdin WITH (FORMAT csv, HEADER, FORCE_NOT_NULL (description), FREEZE)
COMMIT;

\echo analyze
ANALYZE floor_staging;

\echo merge
MERGE INTO :"target" AS target
USING (
    SELECT DISTINCT ON (key) sku_key(sku) COLLATE "C" AS key, sku, name, description
    FROM floor_staging
    ORDER BY key, ctid DESC -- the last row of a SKU wins; COPY into a new table writes in the order of the file
) AS winner
ON sku_key(target.sku) COLLATE "C" = winner.key
WHEN MATCHED
    AND (target.sku, target.name, target.description) IS DISTINCT FROM (winner.sku, winner.name, winner.description)
THEN UPDATE SET
    sku = winner.sku, name = winner.name, description = winner.description,
    version = target.version + 1, updated_at = now(), change_set_id = 0
WHEN NOT MATCHED THEN
    INSERT (sku, name, description, created_change_set_id, change_set_id)
    VALUES (winner.sku, winner.name, winner.description, 0, 0);
