-- SPDX-License-Identifier: Apache-2.0
-- The tables of the first version of the site, as its databases still have them.
CREATE TABLE users (identity BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, verifier TEXT NOT NULL, created_us INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sessions (digest BLOB PRIMARY KEY, identity BLOB NOT NULL REFERENCES users ON DELETE CASCADE, device BLOB, csrf TEXT, flash TEXT, created_us INTEGER NOT NULL, expires_us INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE failures (subject TEXT PRIMARY KEY, count INTEGER NOT NULL, last_us INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE devices (id BLOB PRIMARY KEY, host_name TEXT NOT NULL, version TEXT, enrolled_us INTEGER NOT NULL, revoked_us INTEGER NOT NULL DEFAULT 0, last_seen_us INTEGER NOT NULL DEFAULT 0, poll_until_us INTEGER NOT NULL DEFAULT 0, power TEXT, power_at_us INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE certificates (serial TEXT PRIMARY KEY, device BLOB NOT NULL REFERENCES devices, not_after_us INTEGER NOT NULL, issued_us INTEGER NOT NULL, retired INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE tokens (digest BLOB PRIMARY KEY, created_us INTEGER NOT NULL, expires_us INTEGER NOT NULL, used_us INTEGER NOT NULL DEFAULT 0, device BLOB) WITHOUT ROWID;
CREATE TABLE release_keys (device BLOB NOT NULL REFERENCES devices, epoch INTEGER NOT NULL, public BLOB NOT NULL, wrapped BLOB, not_before_us INTEGER NOT NULL, not_after_us INTEGER NOT NULL, destroyed_us INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (device, epoch)) WITHOUT ROWID;
CREATE TABLE jobs (id BLOB PRIMARY KEY, device BLOB NOT NULL REFERENCES devices, owner BLOB, e BLOB UNIQUE, epoch INTEGER NOT NULL, format TEXT NOT NULL, size_bytes INTEGER NOT NULL, impressions INTEGER NOT NULL, impressions_source INTEGER NOT NULL, colour INTEGER NOT NULL, sides INTEGER NOT NULL, copies INTEGER NOT NULL, media TEXT, title TEXT, created_us INTEGER NOT NULL, expires_us INTEGER NOT NULL, state TEXT NOT NULL, is_final INTEGER NOT NULL DEFAULT 0, reasons TEXT, sentence TEXT, announced_us INTEGER NOT NULL, changed_us INTEGER NOT NULL, share_issued_us INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE INDEX jobs_by_owner ON jobs (owner, is_final, changed_us);
CREATE INDEX jobs_by_device ON jobs (device, is_final, epoch);
CREATE TABLE streams (device BLOB NOT NULL REFERENCES devices, stream BLOB NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (device, stream)) WITHOUT ROWID;
CREATE TABLE records (device BLOB NOT NULL, stream BLOB NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, kind TEXT NOT NULL, at_us INTEGER NOT NULL, offline INTEGER NOT NULL, received_us INTEGER NOT NULL, refusal TEXT, PRIMARY KEY (device, stream, n)) WITHOUT ROWID;
CREATE INDEX records_by_time ON records (device, at_us);
CREATE TABLE reports (job BLOB PRIMARY KEY, outcome TEXT NOT NULL, printer BLOB, impressions INTEGER NOT NULL, sheets INTEGER NOT NULL, counted INTEGER NOT NULL, finished_us INTEGER NOT NULL, offline INTEGER NOT NULL, command BLOB, received_us INTEGER NOT NULL, owner BLOB, colour INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX reports_by_time ON reports (finished_us);
CREATE TABLE commands (id BLOB PRIMARY KEY, device BLOB NOT NULL REFERENCES devices, kind INTEGER NOT NULL, job BLOB, printer BLOB, asked_by BLOB, state INTEGER NOT NULL, asked_us INTEGER NOT NULL, sent_us INTEGER NOT NULL DEFAULT 0, expires_us INTEGER NOT NULL DEFAULT 0, result TEXT, sentence TEXT) WITHOUT ROWID;
CREATE INDEX commands_open ON commands (device, state, asked_us);
CREATE INDEX commands_by_job ON commands (job, asked_us);
CREATE INDEX commands_by_person ON commands (asked_by, asked_us);
CREATE TABLE documents (kind INTEGER PRIMARY KEY, version INTEGER NOT NULL, jws TEXT NOT NULL);
CREATE TABLE printers (uuid BLOB PRIMARY KEY, place INTEGER NOT NULL, name TEXT NOT NULL, location TEXT) WITHOUT ROWID;
PRAGMA user_version=1;
