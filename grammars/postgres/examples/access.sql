-- Who may do what, and views that show no more than that.
CREATE ROLE reader NOLOGIN;
CREATE USER anna WITH LOGIN PASSWORD 'secret'
    VALID UNTIL '2027-01-01' CONNECTION LIMIT 3 IN ROLE reader;
ALTER ROLE anna SET statement_timeout = '5s';

CREATE VIEW open_loan WITH (security_barrier = true) AS
    SELECT work, number, lent_on FROM loan WHERE returned_at IS NULL
    WITH LOCAL CHECK OPTION;
CREATE MATERIALIZED VIEW IF NOT EXISTS popular AS
    SELECT work, count(*) AS loans FROM loan GROUP BY work
    WITH NO DATA;
REFRESH MATERIALIZED VIEW CONCURRENTLY popular;

ALTER TABLE loan ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_loans ON loan AS PERMISSIVE FOR SELECT TO reader, CURRENT_USER
    USING (borrower = current_setting('app.member')::bigint);
CREATE POLICY lend ON loan FOR INSERT WITH CHECK (lent_on <= CURRENT_DATE);

GRANT USAGE ON SCHEMA library TO reader;
GRANT SELECT (title, authors), REFERENCES ON TABLE work TO reader, anna WITH GRANT OPTION;
GRANT EXECUTE ON FUNCTION days_late(date, interval) TO PUBLIC;
GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA library TO librarian;
GRANT reader TO anna WITH ADMIN OPTION;
REVOKE GRANT OPTION FOR UPDATE ON work FROM anna CASCADE;
ALTER DEFAULT PRIVILEGES FOR ROLE librarian IN SCHEMA library GRANT SELECT ON TABLES TO reader;
REVOKE reader FROM anna;

DROP VIEW IF EXISTS open_loan, old_loan;
DROP OWNED BY anna RESTRICT;
DROP ROLE IF EXISTS anna
