/* Functions, triggers
 * and what calls them. */
CREATE OR REPLACE FUNCTION days_late(lent date, due interval DEFAULT '21 days', OUT days integer, VARIADIC rest text[] DEFAULT '{}')
    RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10
    SET search_path FROM CURRENT
AS $$
    SELECT greatest(0, current_date - (lent + due)::date);
$$;

CREATE FUNCTION note_return() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $body$
DECLARE
    late integer := days_late(OLD.lent_on, OLD.due);
BEGIN
    IF late > 0 THEN
        RAISE NOTICE 'returned % days late; costs $%', late, late * 0.25;
        EXECUTE $q$ UPDATE member SET owes = owes + $1 WHERE id = $2 $q$ USING late, OLD.borrower;
    END IF;
    RETURN NEW;
END
$body$;

CREATE FUNCTION shelves(wing text) RETURNS TABLE (number integer, label text)
    LANGUAGE sql STABLE
    BEGIN ATOMIC
        SELECT s.number, s.label FROM shelf s WHERE s.wing = shelves.wing;
    END;

CREATE TRIGGER loan_return AFTER UPDATE OF returned_at ON loan
    REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH ROW WHEN (OLD.returned_at IS NULL AND NEW.returned_at IS NOT NULL)
    EXECUTE FUNCTION note_return('quiet', 3);

CREATE PROCEDURE close_year(INOUT year int) LANGUAGE plpgsql AS 'BEGIN year := year + 1; END';
CALL close_year(2025);

DO LANGUAGE plpgsql $$ BEGIN PERFORM days_late('2025-01-01', due => '7 days'); END $$;

CREATE AGGREGATE product (double precision) (sfunc = float8mul, stype = double precision, initcond = '1');
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq, COMMUTATOR = OPERATOR(public.===));
CREATE CAST (bigint AS isbn) WITH FUNCTION to_isbn(bigint) AS ASSIGNMENT;

ALTER FUNCTION days_late(date, interval) OWNER TO librarian;
ALTER FUNCTION shelves SET work_mem = '64MB';
DROP FUNCTION IF EXISTS days_late(date), obsolete CASCADE;
DROP TRIGGER IF EXISTS loan_return ON loan;

SELECT E'tab\t\'quoted\' \u00e9', 'it''s', U&'\00e9', B'1010', X'1F', N'national',
    1_000_000, 0xFF, 1.5e-3, .5, 7 % 3, 2 ^ 10, -+1, @ -5, |/ 25.0,
    a.b.c, a[2:3], (f(x)).y, (g(x)).*, "Quoted ""name""",
    $tag$ It's $5
    $tag$;
