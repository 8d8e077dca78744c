-- The tables of a register in SQLite. Each step is a transaction of its own, numbered from 1; a database tells in the
-- table `schema` which it has had. Steps are added at the end and never changed: journal tables are only ever added to;
-- the projections (records, versions, links, redirects, redactions, assents, keys, seals, judged, listed, tallies, texts) may be dropped and made again.
--
-- Tables whose rows are wanted in the order of their key are WITHOUT ROWID, so that the table and its key are one tree.

-- step 1: the journal, the files that it names, and the fold of it
CREATE TABLE entries (pos INTEGER PRIMARY KEY, time BIGINT NOT NULL, header TEXT NOT NULL);
CREATE INDEX entries_by_time ON entries (time, pos);
CREATE TABLE payloads (pos INTEGER PRIMARY KEY, salt BLOB NOT NULL, body TEXT NOT NULL);
CREATE TABLE nodes (level INTEGER NOT NULL, idx BIGINT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (level, idx)) WITHOUT ROWID;
CREATE TABLE files (sha256 TEXT PRIMARY KEY, content BLOB NOT NULL);
CREATE TABLE records (kind TEXT NOT NULL, id TEXT NOT NULL, first_pos BIGINT NOT NULL, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE versions (kind TEXT NOT NULL, id TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
                              payload BIGINT NOT NULL, withdrawn INTEGER NOT NULL, PRIMARY KEY (kind, id, valid_from)) WITHOUT ROWID;
CREATE TABLE links (to_kind TEXT NOT NULL, to_id TEXT NOT NULL, from_kind TEXT NOT NULL, from_id TEXT NOT NULL,
                           field TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
                           PRIMARY KEY (to_kind, to_id, from_kind, from_id, field, valid_from)) WITHOUT ROWID;
CREATE INDEX links_by_from ON links (from_kind, from_id, valid_until);
CREATE TABLE redirects (kind TEXT NOT NULL, old_id TEXT NOT NULL, new_id TEXT NOT NULL, valid_from BIGINT NOT NULL,
                               PRIMARY KEY (kind, old_id, valid_from)) WITHOUT ROWID;

-- step 2: how many entries there are, told twice, so that a table that lost its end is noticed; and redirects with their
-- key first, because of another order SQLite 3.40's integrity check complains without cause
CREATE TABLE journal (entries BIGINT NOT NULL);
INSERT INTO journal (entries) SELECT coalesce(max(pos), 0) FROM entries;
ALTER TABLE redirects RENAME TO old_redirects;
CREATE TABLE redirects (kind TEXT NOT NULL, old_id TEXT NOT NULL, valid_from BIGINT NOT NULL, new_id TEXT NOT NULL,
                        PRIMARY KEY (kind, old_id, valid_from)) WITHOUT ROWID;
INSERT INTO redirects (kind, old_id, valid_from, new_id) SELECT kind, old_id, valid_from, new_id FROM old_redirects;
DROP TABLE old_redirects;

-- step 3: which payloads were erased, by which entries
CREATE TABLE redactions (erased BIGINT NOT NULL, pos BIGINT NOT NULL, PRIMARY KEY (erased, pos)) WITHOUT ROWID;
INSERT INTO redactions (erased, pos) SELECT json_extract(header, '$.redacts'), pos FROM entries WHERE instr(header, '"redacts":') > 0;

-- step 4: what became of each commitment, from one settled position of the journal to the next (journal/fold.hpp): what is
-- judged on which day (status/judged.hpp); by the end of the interval, so that what holds now stands together. And up to
-- which of these steps the projections are made: SQL cannot judge, so the next write folds the journal again.
CREATE TABLE judged (id TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL, days TEXT NOT NULL,
                     PRIMARY KEY (valid_until, id)) WITHOUT ROWID;
CREATE INDEX judged_by_id ON judged (id, valid_until);
CREATE TABLE folded (step INTEGER NOT NULL);
INSERT INTO folded (step) SELECT CASE WHEN EXISTS (SELECT 1 FROM entries) THEN 3 ELSE 4 END;

-- step 5: what lists filter and sort by, a short row a record (journal/list_row.hpp), and by which program the projections
-- were made: those of another one are made again
CREATE TABLE listed (kind TEXT NOT NULL, id TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL, row BLOB NOT NULL,
                     PRIMARY KEY (kind, id, valid_from)) WITHOUT ROWID;
ALTER TABLE folded ADD COLUMN version TEXT NOT NULL DEFAULT '';
UPDATE folded SET step = 5 WHERE NOT EXISTS (SELECT 1 FROM entries);

-- step 6: how many records of a kind there are, and how many have a value of a field, from one settled position to the next;
-- the field '' counts all. By the end of the interval, so that what holds now stands together
CREATE TABLE tallies (kind TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, valid_from BIGINT NOT NULL,
                      valid_until BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (kind, field, valid_until, value)) WITHOUT ROWID;
UPDATE folded SET step = 6 WHERE NOT EXISTS (SELECT 1 FROM entries);

-- step 7: the words of records, over the positions at which they stayed the same: a row is named by the entry that it is
-- valid from, and text_index holds its words under that number. Their text stands in the payloads and is not kept again
-- (content=''). Words come folded and cut, so that `ascii` only parts them at spaces. A larger table of words in memory
-- before they are written spares merging: 0.66 s in place of 0.97 s for four million words.
CREATE TABLE texts (pos INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, valid_until BIGINT NOT NULL, digest BLOB NOT NULL);
CREATE INDEX texts_by_record ON texts (kind, id, pos);
CREATE VIRTUAL TABLE text_index USING fts5(title, words, content='', columnsize=0, tokenize='ascii');
INSERT INTO text_index (text_index, rank) VALUES ('hashsize', 8388608);
CREATE VIRTUAL TABLE text_index_words USING fts5vocab(text_index, instance);
UPDATE folded SET step = 7 WHERE NOT EXISTS (SELECT 1 FROM entries);

-- step 8: accounts, and what people leave that is nobody else's business: it stands in no journal, is published nowhere, and
-- no projection is made of it. What is secret is sealed under a key outside the database (access/vault.hpp), whose fingerprint
-- is here; of what only has to be recognised there is a hash. Times are seconds since 1970; 0 where there is none.
CREATE TABLE private_key (fingerprint BLOB NOT NULL);
CREATE TABLE accounts (id TEXT PRIMARY KEY, name TEXT NOT NULL, email BLOB NOT NULL, email_hash BLOB NOT NULL, password TEXT NOT NULL,
                       totp BLOB NOT NULL, totp_step BIGINT NOT NULL, language TEXT NOT NULL, made BIGINT NOT NULL,
                       disabled BIGINT NOT NULL) WITHOUT ROWID;
CREATE INDEX accounts_by_email ON accounts (email_hash);
CREATE TABLE recovery_codes (account TEXT NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (account, hash)) WITHOUT ROWID;
CREATE TABLE roles (account TEXT NOT NULL, mechanism TEXT NOT NULL, role TEXT NOT NULL, subject TEXT NOT NULL,
                    PRIMARY KEY (account, mechanism, role, subject)) WITHOUT ROWID;
CREATE TABLE sessions (hash BLOB PRIMARY KEY, account TEXT NOT NULL, made BIGINT NOT NULL, seen BIGINT NOT NULL, ends BIGINT NOT NULL,
                       stale INTEGER NOT NULL, agent TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX sessions_by_account ON sessions (account);
CREATE TABLE tokens (hash BLOB PRIMARY KEY, account TEXT NOT NULL, name TEXT NOT NULL, scope TEXT NOT NULL, mechanism TEXT NOT NULL,
                     made BIGINT NOT NULL, expires BIGINT NOT NULL) WITHOUT ROWID;
CREATE INDEX tokens_by_account ON tokens (account);
CREATE TABLE invitations (hash BLOB PRIMARY KEY, purpose TEXT NOT NULL, account TEXT NOT NULL, name TEXT NOT NULL, email BLOB NOT NULL,
                          language TEXT NOT NULL, roles TEXT NOT NULL, made BIGINT NOT NULL, expires BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE drafts (account TEXT NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, base BIGINT NOT NULL,
                     time BIGINT NOT NULL, PRIMARY KEY (account, kind, id)) WITHOUT ROWID;
CREATE TABLE replies (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, record TEXT NOT NULL, party TEXT NOT NULL, name TEXT NOT NULL,
                      body TEXT NOT NULL, email BLOB NOT NULL, state TEXT NOT NULL, time BIGINT NOT NULL, moderated_by TEXT NOT NULL,
                      reason TEXT NOT NULL);
CREATE INDEX replies_by_record ON replies (kind, record, id);
CREATE INDEX replies_by_state ON replies (state, id);
CREATE TABLE events (id INTEGER PRIMARY KEY, time BIGINT NOT NULL, account TEXT NOT NULL, what TEXT NOT NULL, detail TEXT NOT NULL,
                     address TEXT NOT NULL);
CREATE INDEX events_by_account ON events (account, id);
CREATE TABLE throttle (hash BLOB PRIMARY KEY, failures INTEGER NOT NULL, until BIGINT NOT NULL) WITHOUT ROWID;

-- step 9: what each party said of each version of a shared record: the version is the entry whose payload it is, so that a new
-- one has nobody's word yet. No entry before this step is such a word: what was folded stays as it is.
CREATE TABLE assents (version BIGINT NOT NULL, party TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL,
                      answer TEXT NOT NULL, PRIMARY KEY (version, party, valid_from)) WITHOUT ROWID;
CREATE INDEX assents_by_entry ON assents (valid_from);
UPDATE folded SET step = 9 WHERE step = 7;

-- step 10: the public keys of parties, and which entries were signed with them
CREATE TABLE keys (key TEXT PRIMARY KEY, party TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_until BIGINT NOT NULL) WITHOUT ROWID;
CREATE TABLE seals (signed BIGINT NOT NULL, pos BIGINT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (signed, pos)) WITHOUT ROWID;
UPDATE folded SET step = 10 WHERE step = 9;

-- step 11: who follows what by e-mail, and the messages that wait, are on their way or went; private as step 8's are
CREATE TABLE follows (id TEXT PRIMARY KEY, what TEXT NOT NULL, frequency TEXT NOT NULL, language TEXT NOT NULL, email BLOB NOT NULL,
                      email_hash BLOB NOT NULL, state TEXT NOT NULL, told BIGINT NOT NULL, sure BIGINT NOT NULL, due BIGINT NOT NULL,
                      made BIGINT NOT NULL) WITHOUT ROWID;
CREATE INDEX follows_by_email ON follows (email_hash);
CREATE INDEX follows_by_due ON follows (state, due);
CREATE TABLE mails (id INTEGER PRIMARY KEY, follow TEXT NOT NULL, purpose TEXT NOT NULL, since BIGINT NOT NULL, until BIGINT NOT NULL,
                    state TEXT NOT NULL, attempts INTEGER NOT NULL, due BIGINT NOT NULL, made BIGINT NOT NULL);
CREATE INDEX mails_by_state ON mails (state, due);
CREATE INDEX mails_by_follow ON mails (follow);

-- step 12: who an account is at an organisation's provider of log-ins (OpenID Connect); private as step 8's are
CREATE TABLE identities (issuer TEXT NOT NULL, subject TEXT NOT NULL, account TEXT NOT NULL, made BIGINT NOT NULL,
                         PRIMARY KEY (issuer, subject)) WITHOUT ROWID;
CREATE INDEX identities_by_account ON identities (account);

-- step 13: passkeys of accounts, and the challenges that were answered with one, by their hashes; private as step 8's are
CREATE TABLE passkeys (id BLOB PRIMARY KEY, account TEXT NOT NULL, handle BLOB NOT NULL, name TEXT NOT NULL, algorithm BIGINT NOT NULL,
                       key BLOB NOT NULL, counter BIGINT NOT NULL, made BIGINT NOT NULL, used BIGINT NOT NULL) WITHOUT ROWID;
CREATE INDEX passkeys_by_account ON passkeys (account);
CREATE TABLE answered (hash BLOB PRIMARY KEY, until BIGINT NOT NULL) WITHOUT ROWID;

-- step 14: a record's own links are told by its body
DROP INDEX links_by_from;
