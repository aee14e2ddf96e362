-- What a shop asks its database every day.

CREATE TABLE customer (
    id serial PRIMARY KEY,
    email text NOT NULL UNIQUE,
    full_name text,
    city text DEFAULT 'unknown',
    joined_on date NOT NULL,
    credit numeric(10, 2) CHECK (credit >= 0)
);

CREATE TABLE purchase (
    id bigint PRIMARY KEY,
    customer_id integer NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
    placed_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL,
    total numeric NOT NULL,
    note text,
    UNIQUE (customer_id, placed_at),
    FOREIGN KEY (customer_id) REFERENCES customer (id)
);

CREATE INDEX purchase_by_customer ON purchase (customer_id);
CREATE INDEX purchase_by_day ON purchase (placed_at DESC, customer_id);
CREATE UNIQUE INDEX customer_by_email ON customer (lower(email), city);

SELECT email, full_name FROM customer WHERE city = 'Oslo' ORDER BY joined_on;
SELECT id, email AS address, credit * 2 AS doubled FROM customer WHERE credit > 10 AND joined_on < now() ORDER BY full_name, id DESC;
SELECT full_name FROM customer WHERE full_name IS NOT NULL AND (city IS NULL OR email LIKE '%.org') LIMIT 10;
SELECT DISTINCT city FROM customer WHERE id IN (SELECT customer_id FROM purchase WHERE total > 100);
SELECT city, count(*), max(credit) FROM customer GROUP BY city HAVING count(id) > 3 ORDER BY city;
SELECT state, sum(total), avg(total) AS mean FROM purchase GROUP BY state ORDER BY state ASC;
SELECT coalesce(note, state), upper(note) FROM purchase WHERE placed_at BETWEEN now() AND now() AND state = 'open';
SELECT max(placed_at) FROM purchase;
SELECT total FROM purchase WHERE NOT note = 'gift' OR total <> 0;
SELECT CASE WHEN total > 100 THEN note WHEN state = 'open' THEN state ELSE note END FROM purchase;
SELECT placed_at::date AS day, total FROM purchase ORDER BY placed_at DESC LIMIT 5 OFFSET 10;
SELECT EXISTS (SELECT 1 FROM purchase WHERE customer_id = 7);

SELECT c.full_name, p.total, p.placed_at
FROM customer c
JOIN purchase p ON p.customer_id = c.id
WHERE p.state = 'open' AND c.city = 'Oslo'
ORDER BY p.placed_at DESC, c.full_name;

SELECT c.id, count(p.id) AS purchases, sum(p.total)
FROM customer AS c
LEFT JOIN purchase AS p ON c.id = p.customer_id AND p.state <> 'void'
GROUP BY c.id, c.email
HAVING sum(p.total) > 1000;

SELECT customer.email, purchase.total FROM customer INNER JOIN purchase ON purchase.customer_id = customer.id
WHERE customer.city = purchase.note;

SELECT full_name, total, placed_at FROM customer JOIN purchase USING (id) WHERE total > 10 AND city = 'Oslo';

SELECT id, total, row_number() OVER (PARTITION BY customer_id ORDER BY placed_at) AS nth, total - lag(total) OVER (ORDER BY id) FROM purchase;

SELECT email, (SELECT max(total) FROM purchase WHERE customer_id = customer.id) AS largest FROM customer;

WITH recent AS (SELECT customer_id, total FROM purchase WHERE placed_at > now() - interval '7 days')
SELECT c.email, r.total FROM recent r JOIN customer c ON c.id = r.customer_id WHERE r.total > 5 ORDER BY r.total;

INSERT INTO customer (email, full_name, joined_on) VALUES ('ada@example.org', 'Ada', '2024-05-01');
INSERT INTO purchase (id, customer_id, state, total) SELECT id, id, city, credit FROM customer WHERE credit > 0
ON CONFLICT (id) DO UPDATE SET total = excluded.total, note = excluded.note WHERE purchase.state = 'open' RETURNING id, total;

UPDATE customer SET credit = credit + 5, city = 'Bergen' WHERE email = 'ada@example.org' AND id > 3;
UPDATE purchase SET state = 'sent', note = NULL WHERE state = 'open' RETURNING id;
UPDATE purchase p SET total = p.total * 2, note = c.city FROM customer c WHERE c.id = p.customer_id AND c.city = 'Oslo';
DELETE FROM purchase WHERE total = 0 OR placed_at < now() RETURNING customer_id;
DELETE FROM purchase p USING customer c WHERE p.customer_id = c.id AND c.city = 'Oslo';

ALTER TABLE customer ALTER COLUMN city SET NOT NULL, DROP COLUMN credit;
ALTER TABLE customer RENAME COLUMN full_name TO name;
ALTER TABLE purchase ADD CONSTRAINT purchase_customer FOREIGN KEY (customer_id) REFERENCES customer (id);
COMMENT ON COLUMN customer.email IS 'Where to write to.';

CREATE VIEW open_purchase AS SELECT id, customer_id, total FROM purchase WHERE state = 'open';
CREATE TRIGGER noted BEFORE UPDATE OF note, total ON purchase FOR EACH ROW EXECUTE FUNCTION note_it();
