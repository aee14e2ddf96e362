-- Queries over the loans of a library.
WITH RECURSIVE overdue (work, borrower, days) AS (
    SELECT l.work, l.borrower, CURRENT_DATE - (l.lent_on + l.due)::date
    FROM loan AS l
    WHERE l.returned_at IS NULL AND l.lent_on + l.due < now()
), chain AS (
    SELECT id, parent, 1 AS depth FROM branch WHERE parent IS NULL
    UNION ALL
    SELECT b.id, b.parent, c.depth + 1 FROM branch b JOIN chain c ON b.parent = c.id
)
SELECT w.title, m.name AS borrower, o.days,
    count(*) FILTER (WHERE o.days > 30) OVER (PARTITION BY m.id ORDER BY o.days DESC
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS very_late,
    rank() OVER late AS place,
    CASE WHEN o.days > 60 THEN 'bill' WHEN o.days > 30 THEN 'call' ELSE 'write' END AS action,
    w.details -> 'publisher' ->> 'name' AS publisher,
    coalesce(w.authors[1], 'unknown') || '; ' || array_length(w.authors, 1)::text
FROM overdue o
    JOIN work AS w ON w.id = o.work
    LEFT OUTER JOIN member m ON m.id = o.borrower AND NOT m.blocked
    CROSS JOIN LATERAL (SELECT max(x.lent_on) FROM loan x WHERE x.borrower = m.id) AS last (lent_on)
WHERE w.details @> '{"kind": "novel"}' AND w.title NOT ILIKE '%draft%' ESCAPE '!'
    AND o.days BETWEEN 1 AND 365 AND (w.language, w.price) IS DISTINCT FROM ('en', NULL)
    AND EXISTS (SELECT FROM chain WHERE depth > 2)
WINDOW late AS (ORDER BY o.days)
ORDER BY o.days DESC NULLS LAST, 2
LIMIT 20 OFFSET 40;

SELECT extract(year FROM lent_on) AS year, condition, count(DISTINCT work), string_agg(title, ', ' ORDER BY title)
FROM loan NATURAL JOIN copy_of_work JOIN work USING (id)
GROUP BY GROUPING SETS ((1, condition), CUBE (condition), ())
HAVING count(*) > 5;

(SELECT title FROM work EXCEPT SELECT title FROM sold) INTERSECT ALL VALUES ('Emma'), (U&'\00C9mile') ORDER BY 1;

SELECT s.day, t.n, ARRAY[[1, 2], [3, 4]], ROW(s.*), position('a' IN 'banana'), trim(BOTH ' ' FROM '  x '), CAST('7' AS int)
FROM generate_series('2025-01-01'::date, DATE '2025-02-01', '1 day') WITH ORDINALITY AS s (day, n),
    unnest(ARRAY(SELECT id FROM work)) t (n)
FOR UPDATE OF t SKIP LOCKED;

INSERT INTO loan AS l (work, number, borrower) VALUES (1, 1, $1), (2, DEFAULT, $2)
ON CONFLICT (work, number) WHERE returned_at IS NULL DO UPDATE SET borrower = excluded.borrower, lent_on = DEFAULT
RETURNING l.id, lent_on + due AS "due on";

INSERT INTO archive SELECT * FROM loan WHERE returned_at < now() - interval '5 years' ON CONFLICT DO NOTHING;

UPDATE copy_of_work c SET condition = 'worn', (shelf, number) = (NULL, c.number + 1)
FROM loan l WHERE l.work = c.work AND l.returned_at IS NOT NULL RETURNING *;

DELETE FROM ONLY loan USING member m WHERE borrower = m.id AND m.left_at <= '2020-01-01';
