-- A lending library: what it owns, who borrows it, and what keeps the two in step.
BEGIN;

CREATE SCHEMA IF NOT EXISTS library AUTHORIZATION librarian;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
SET search_path TO library, public;

CREATE TYPE library.condition AS ENUM ('new', 'good', 'worn', 'lost');
CREATE DOMAIN isbn AS text CONSTRAINT isbn_digits CHECK (VALUE ~ '^[0-9]{9,12}[0-9X]$');
CREATE SEQUENCE shelf_mark START WITH 1000 INCREMENT BY 10 NO CYCLE;

CREATE TABLE work (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title text NOT NULL,
    isbn isbn UNIQUE,
    authors text[] NOT NULL DEFAULT '{}',
    price numeric(8, 2) CHECK (price >= 0),
    details jsonb,
    words tsvector GENERATED ALWAYS AS (to_tsvector('english', title)) STORED
);

CREATE TABLE IF NOT EXISTS copy_of_work (
    work bigint NOT NULL REFERENCES work (id) ON DELETE CASCADE,
    number integer NOT NULL,
    condition library.condition DEFAULT 'new'::library.condition,
    shelf integer DEFAULT nextval('shelf_mark'),
    PRIMARY KEY (work, number)
);

CREATE TABLE loan (
    id uuid DEFAULT gen_random_uuid(),
    work bigint,
    number integer,
    member bigint NOT NULL,
    lent_on date NOT NULL DEFAULT CURRENT_DATE,
    due interval DAY TO MINUTE NOT NULL DEFAULT INTERVAL '21' DAY,
    returned_at timestamp(0) with time zone,
    CONSTRAINT loan_copy FOREIGN KEY (work, number) REFERENCES copy_of_work MATCH FULL
        ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    EXCLUDE USING gist (work WITH =, daterange(lent_on, returned_at::date, '[]') WITH &&)
) PARTITION BY RANGE (lent_on);

CREATE TABLE loan_2025 PARTITION OF loan FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE loan_later PARTITION OF loan DEFAULT;

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS work_title ON work USING btree (lower(title) text_pattern_ops ASC NULLS LAST)
    INCLUDE (price) WITH (fillfactor = 70) WHERE price IS NOT NULL;
CREATE INDEX ON work USING gin (details jsonb_path_ops, words);

ALTER TABLE work
    ADD COLUMN IF NOT EXISTS language char(2) COLLATE "C",
    ALTER COLUMN price SET DEFAULT 9.50,
    ALTER title TYPE varchar(200) USING left(title, 200),
    DROP COLUMN IF EXISTS subtitle CASCADE,
    ADD CONSTRAINT titled CHECK (length(title) > 0) NOT VALID;
ALTER TABLE work VALIDATE CONSTRAINT titled;
ALTER TABLE loan RENAME COLUMN member TO borrower;

COMMENT ON TABLE work IS 'A book, whatever the number of its copies';
COMMENT ON COLUMN work.isbn IS NULL;

COMMIT;
