-- The tables of a register in PostgreSQL, step by step the same as in schema.sqlite.sql. Texts are COLLATE "C": sorted by
-- their bytes, as SQLite does. The tables stand in a schema of their own, which the session names.

-- step 1: the journal, the files that it names, and the fold of it
CREATE TABLE entries (pos BIGINT PRIMARY KEY, time BIGINT NOT NULL, header TEXT COLLATE "C" NOT NULL);
CREATE INDEX entries_by_time ON entries (time, pos);
CREATE TABLE payloads (pos BIGINT PRIMARY KEY, salt BYTEA NOT NULL, body TEXT COLLATE "C" NOT NULL);
CREATE TABLE nodes (level INTEGER NOT NULL, idx BIGINT NOT NULL, hash BYTEA NOT NULL, PRIMARY KEY (level, idx));
CREATE TABLE files (sha256 TEXT COLLATE "C" PRIMARY KEY, content BYTEA NOT NULL);
CREATE TABLE records (kind TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, first_pos BIGINT NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE versions (kind TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
                       payload BIGINT NOT NULL, withdrawn INTEGER NOT NULL, PRIMARY KEY (kind, id, valid_from));
CREATE TABLE links (to_kind TEXT COLLATE "C" NOT NULL, to_id TEXT COLLATE "C" NOT NULL, from_kind TEXT COLLATE "C" NOT NULL,
                    from_id TEXT COLLATE "C" NOT NULL, field TEXT COLLATE "C" NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
                    PRIMARY KEY (to_kind, to_id, from_kind, from_id, field, valid_from));
CREATE INDEX links_by_from ON links (from_kind, from_id, valid_until);

-- step 2: how many entries there are, told twice, so that a table that lost its end is noticed
CREATE TABLE journal (entries BIGINT NOT NULL);
INSERT INTO journal (entries) SELECT coalesce(max(pos), 0) FROM entries;
CREATE TABLE redirects (kind TEXT COLLATE "C" NOT NULL, old_id TEXT COLLATE "C" NOT NULL, valid_from BIGINT NOT NULL,
                        new_id TEXT COLLATE "C" NOT NULL, PRIMARY KEY (kind, old_id, valid_from));

-- step 3: which payloads were erased, by which entries
CREATE TABLE redactions (erased BIGINT NOT NULL, pos BIGINT NOT NULL, PRIMARY KEY (erased, pos));
INSERT INTO redactions (erased, pos)
    SELECT CAST(CAST(header AS json) ->> 'redacts' AS BIGINT), pos FROM entries WHERE header LIKE '%"redacts":%';

-- step 4: what became of each commitment, and up to which of these steps the projections are made
CREATE TABLE judged (id TEXT COLLATE "C" NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
                     days TEXT COLLATE "C" NOT NULL, PRIMARY KEY (valid_until, id));
CREATE INDEX judged_by_id ON judged (id, valid_until);
CREATE TABLE folded (step INTEGER NOT NULL);
INSERT INTO folded (step) SELECT CASE WHEN EXISTS (SELECT 1 FROM entries) THEN 3 ELSE 4 END;

-- step 5: what lists filter and sort by, and by which program the projections were made
CREATE TABLE listed (kind TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, valid_from BIGINT NOT NULL,
                     valid_until BIGINT NOT NULL, row BYTEA NOT NULL, PRIMARY KEY (kind, id, valid_from));
ALTER TABLE folded ADD COLUMN version TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE folded SET step = 5 WHERE NOT EXISTS (SELECT 1 FROM entries);

-- step 6: how many records of a kind there are, and how many have a value of a field
CREATE TABLE tallies (kind TEXT COLLATE "C" NOT NULL, field TEXT COLLATE "C" NOT NULL, value TEXT COLLATE "C" NOT NULL,
                      valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL, n BIGINT NOT NULL,
                      PRIMARY KEY (kind, field, valid_until, value));
UPDATE folded SET step = 6 WHERE NOT EXISTS (SELECT 1 FROM entries);

-- step 7: the words of records, over the positions at which they stayed the same. They come folded and cut, so that the
-- configuration `simple` changes nothing in them; what parts two texts (store::kTextsPart) becomes a word that no text
-- holds, for PostgreSQL would close the gap. Of a text the first 200,000 letters are searched.
CREATE TABLE texts (pos BIGINT PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, valid_until BIGINT NOT NULL,
                    digest BYTEA NOT NULL);
CREATE INDEX texts_by_record ON texts (kind, id, pos);
CREATE TABLE text_index (pos BIGINT PRIMARY KEY, title TEXT COLLATE "C" NOT NULL, words TEXT COLLATE "C" NOT NULL,
                         found TSVECTOR NOT NULL GENERATED ALWAYS AS (
                             setweight(to_tsvector('simple', replace(left(title, 200000), '¶', 'zzzztextspart') || ' zzzztextspart'), 'A') ||
                             setweight(to_tsvector('simple', replace(left(words, 200000), '¶', 'zzzztextspart')), 'B')) STORED);
CREATE INDEX text_index_by_word ON text_index USING gin (found);
UPDATE folded SET step = 7 WHERE NOT EXISTS (SELECT 1 FROM entries);

-- step 8: accounts, and what people leave that is nobody else's business
CREATE TABLE private_key (fingerprint BYTEA NOT NULL);
CREATE TABLE accounts (id TEXT COLLATE "C" PRIMARY KEY, name TEXT COLLATE "C" NOT NULL, email BYTEA NOT NULL,
                       email_hash BYTEA NOT NULL, password TEXT COLLATE "C" NOT NULL, totp BYTEA NOT NULL,
                       totp_step BIGINT NOT NULL, language TEXT COLLATE "C" NOT NULL, made BIGINT NOT NULL,
                       disabled BIGINT NOT NULL);
CREATE INDEX accounts_by_email ON accounts (email_hash);
CREATE TABLE recovery_codes (account TEXT COLLATE "C" NOT NULL, hash BYTEA NOT NULL, PRIMARY KEY (account, hash));
CREATE TABLE roles (account TEXT COLLATE "C" NOT NULL, mechanism TEXT COLLATE "C" NOT NULL, role TEXT COLLATE "C" NOT NULL,
                    subject TEXT COLLATE "C" NOT NULL, PRIMARY KEY (account, mechanism, role, subject));
CREATE TABLE sessions (hash BYTEA PRIMARY KEY, account TEXT COLLATE "C" NOT NULL, made BIGINT NOT NULL, seen BIGINT NOT NULL,
                       ends BIGINT NOT NULL, stale INTEGER NOT NULL, agent TEXT COLLATE "C" NOT NULL);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE TABLE tokens (hash BYTEA PRIMARY KEY, account TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL,
                     scope TEXT COLLATE "C" NOT NULL, mechanism TEXT COLLATE "C" NOT NULL, made BIGINT NOT NULL,
                     expires BIGINT NOT NULL);
CREATE INDEX tokens_by_account ON tokens (account);
CREATE TABLE invitations (hash BYTEA PRIMARY KEY, purpose TEXT COLLATE "C" NOT NULL, account TEXT COLLATE "C" NOT NULL,
                          name TEXT COLLATE "C" NOT NULL, email BYTEA NOT NULL, language TEXT COLLATE "C" NOT NULL,
                          roles TEXT COLLATE "C" NOT NULL, made BIGINT NOT NULL, expires BIGINT NOT NULL);
CREATE TABLE drafts (account TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL,
                     body TEXT COLLATE "C" NOT NULL, base BIGINT NOT NULL, time BIGINT NOT NULL,
                     PRIMARY KEY (account, kind, id));
CREATE TABLE replies (id BIGINT PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, record TEXT COLLATE "C" NOT NULL,
                      party TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, body TEXT COLLATE "C" NOT NULL,
                      email BYTEA NOT NULL, state TEXT COLLATE "C" NOT NULL, time BIGINT NOT NULL,
                      moderated_by TEXT COLLATE "C" NOT NULL, reason TEXT COLLATE "C" NOT NULL);
CREATE INDEX replies_by_record ON replies (kind, record, id);
CREATE INDEX replies_by_state ON replies (state, id);
CREATE TABLE events (id BIGINT PRIMARY KEY, time BIGINT NOT NULL, account TEXT COLLATE "C" NOT NULL,
                     what TEXT COLLATE "C" NOT NULL, detail TEXT COLLATE "C" NOT NULL, address TEXT COLLATE "C" NOT NULL);
CREATE INDEX events_by_account ON events (account, id);
CREATE TABLE throttle (hash BYTEA PRIMARY KEY, failures INTEGER NOT NULL, until BIGINT NOT NULL);

-- step 9: what each party said of each version of a shared record
CREATE TABLE assents (version BIGINT NOT NULL, party TEXT COLLATE "C" NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
                      answer TEXT COLLATE "C" NOT NULL, PRIMARY KEY (version, party, valid_from));
CREATE INDEX assents_by_entry ON assents (valid_from);
UPDATE folded SET step = 9 WHERE step = 7;

-- step 10: the public keys of parties, and which entries were signed with them
CREATE TABLE keys (key TEXT COLLATE "C" PRIMARY KEY, party TEXT COLLATE "C" NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL);
CREATE TABLE seals (signed BIGINT NOT NULL, pos BIGINT NOT NULL, key TEXT COLLATE "C" NOT NULL, PRIMARY KEY (signed, pos));
UPDATE folded SET step = 10 WHERE step = 9;

-- step 11: who follows what by e-mail, and the messages
CREATE TABLE follows (id TEXT COLLATE "C" PRIMARY KEY, what TEXT COLLATE "C" NOT NULL, frequency TEXT COLLATE "C" NOT NULL,
                      language TEXT COLLATE "C" NOT NULL, email BYTEA NOT NULL, email_hash BYTEA NOT NULL, state TEXT COLLATE "C" NOT NULL,
                      told BIGINT NOT NULL, sure BIGINT NOT NULL, due BIGINT NOT NULL, made BIGINT NOT NULL);
CREATE INDEX follows_by_email ON follows (email_hash);
CREATE INDEX follows_by_due ON follows (state, due);
CREATE TABLE mails (id BIGINT PRIMARY KEY, follow TEXT COLLATE "C" NOT NULL, purpose TEXT COLLATE "C" NOT NULL, since BIGINT NOT NULL,
                    until BIGINT NOT NULL, state TEXT COLLATE "C" NOT NULL, attempts BIGINT NOT NULL, due BIGINT NOT NULL, made BIGINT NOT NULL);
CREATE INDEX mails_by_state ON mails (state, due);
CREATE INDEX mails_by_follow ON mails (follow);

-- step 12: who an account is at an organisation's provider of log-ins
CREATE TABLE identities (issuer TEXT COLLATE "C" NOT NULL, subject TEXT COLLATE "C" NOT NULL, account TEXT COLLATE "C" NOT NULL,
                         made BIGINT NOT NULL, PRIMARY KEY (issuer, subject));
CREATE INDEX identities_by_account ON identities (account);

-- step 13: passkeys of accounts, and the challenges that were answered with one
CREATE TABLE passkeys (id BYTEA PRIMARY KEY, account TEXT COLLATE "C" NOT NULL, handle BYTEA NOT NULL, name TEXT COLLATE "C" NOT NULL,
                       algorithm BIGINT NOT NULL, key BYTEA NOT NULL, counter BIGINT NOT NULL, made BIGINT NOT NULL, used BIGINT NOT NULL);
CREATE INDEX passkeys_by_account ON passkeys (account);
CREATE TABLE answered (hash BYTEA PRIMARY KEY, until BIGINT NOT NULL);

-- step 14: a record's own links are told by its body
DROP INDEX links_by_from;
