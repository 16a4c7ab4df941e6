-- Fills an account with tokens as years of use leave them: names of words that
-- recur, sets of scopes of which few are frequent, and states that follow from
-- age. $1 account, $2 how many, $3 scopes and $4 members, the frequent ones first.
WITH words AS (
    SELECT ARRAY['nightly','hourly','weekly','legacy','partner','internal','staging','shared','billing','catalog','finance','mobile'] AS a,
           ARRAY['report','export','import','sync','invoice','payout','click','action','media','promo','tracking','audit'] AS b,
           ARRAY['job','bot','service','worker','dashboard','pipeline','connector','script'] AS c
), scope_sets AS MATERIALIZED (
    SELECT s, ARRAY(SELECT DISTINCT ($3::text[])[1 + floor(cardinality($3::text[]) * random() ^ 3)::int]
        FROM generate_series(1, 1 + s % 12) ORDER BY 1) AS scopes
    FROM generate_series(0, 4999) AS s
), developer_sets AS MATERIALIZED (
    SELECT s, ARRAY(SELECT DISTINCT 'dev' || floor(3000 * random() ^ 2)::int || '@partner.example'
        FROM generate_series(1, s % 4)) AS developers
    FROM generate_series(0, 4999) AS s
), drawn AS (
    SELECT i, now() - interval '3 years' * (1 - i::float8 / $2) AS created, i::float8 / $2 AS youth,
        random() AS fate, random() AS expiry, random() AS use, random() AS v,
        (5000 * random())::int % 5000 AS scope_set, (5000 * random())::int % 5000 AS developer_set,
        1 + floor(12 * random())::int AS drawn_a, 1 + floor(12 * random() ^ 2)::int AS drawn_b, 1 + floor(8 * random())::int AS drawn_c,
        1 + floor(cardinality($4::text[]) * random() ^ 4)::int AS member
    FROM generate_series(1, $2::int) AS i
), dated AS (
    SELECT *, CASE WHEN fate < 0.3 * (1 - youth) + 0.05 THEN least(now(), created + interval '1 day' + interval '1 year' * random()) END AS revoked,
        CASE WHEN expiry < 0.1 THEN created + interval '90 days' WHEN expiry < 0.4 THEN created + interval '3 years' * (0.3 + random()) END AS expires
    FROM drawn
), named AS MATERIALIZED (
    SELECT dated.*, '02' || lpad(i::text, 10, '0') || left(md5(i::text), 10) AS id,
        initcap(a[drawn_a]) || ' ' || b[drawn_b] || ' ' || c[drawn_c] || ' ' || i || CASE WHEN i % 200000 = 9 THEN ' zanzibar' ELSE '' END AS name,
        CASE WHEN v < 0.6 THEN '16' WHEN v < 0.85 THEN '15' WHEN v < 0.99 THEN '14' ELSE '13' END AS version,
        CASE WHEN fate > 0.99 THEN least(now(), created + interval '30 days') END AS disabled,
        CASE WHEN use > 0.3 THEN date_trunc('minute', greatest(created, coalesce(revoked, now()) - (now() - created) * (use - 0.3) ^ 3)) END AS used
    FROM dated CROSS JOIN words
), filled AS (
    INSERT INTO tokens (id, account_id, name, name_folded, description, version, scopes, primary_contact, developers,
        allowed_cidrs, metadata, claims, digest, pepper, hint, generation, rights_epoch, revision, created_at, created_by,
        updated_at, expires_at, disabled_at, revoked_at, revoke_reason, deleted_at)
    SELECT id, $1, name, lower(name), 'Made to be listed.', version,
        CASE WHEN i % 50000 = 7 THEN array_append(scopes, 'rare.scope') ELSE scopes END,
        ($4::text[])[member], developers, '{}', '{"team":"data"}', '{}', sha256(i::text::bytea), 1, 'abcd', 1, 0, 1, created, 'member:bench',
        created, expires, disabled, revoked, CASE WHEN revoked IS NULL THEN '' ELSE 'no longer needed' END, CASE WHEN fate < 0.02 THEN revoked END
    FROM named
    JOIN scope_sets ON scope_sets.s = scope_set
    JOIN developer_sets ON developer_sets.s = developer_set
)
INSERT INTO token_last_uses
SELECT id, $1, coalesce(used, timestamptz '0001-01-01 00:00:00+00'), created, coalesce(expires, timestamptz '9999-12-31 23:59:59+00'),
    CASE WHEN revoked IS NOT NULL THEN 2 WHEN disabled IS NOT NULL THEN 1 ELSE 0 END, version, fate < 0.02 AND revoked IS NOT NULL
FROM named
