CREATE TABLE growers (
    id bigserial PRIMARY <|KEY|>,
    name text NOT NULL,
    email text UNIQUE
);

CREATE TABLE trees (
    id bigserial <|PRIMARY KEY|>,
    grower_id bigint NOT NULL REFERENCES <|growers|> (id) ON DELETE <|CASCADE|>,
    kind text NOT NULL,
    planted_at timestamptz NOT NULL DEFAULT now()
);

CREATE <|INDEX|> trees_grower_idx ON <|trees|> (grower_id);

INSERT INTO growers (name, email) <|VALUES|> ('Ada', 'ada@example.org');

CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN NEW;
END
$$;

CREATE TRIGGER touch_trees BEFORE UPDATE ON trees
    FOR EACH <|ROW|> EXECUTE <|FUNCTION|> touch();
