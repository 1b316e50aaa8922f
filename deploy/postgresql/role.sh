#!/bin/bash
# Run once, when the database is made: the ordinary role that Afteraction connects as, with a database of its own.
# It is no superuser, since no policy would hold one. The password is that of the superuser, as compose.yaml has it.
set -eu
psql --username postgres --set ON_ERROR_STOP=1 --set password="$(cat /run/secrets/postgres_password)" <<'SQL'
CREATE ROLE afteraction LOGIN PASSWORD :'password';
CREATE DATABASE afteraction OWNER afteraction ENCODING 'UTF8';
SQL
