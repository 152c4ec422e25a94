//! The schema and its history. `PRAGMA user_version` says how many of these have been applied.

use rusqlite::Connection;

/// Only ever appended to: a database out there has been through those before it.
const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_initial.sql")];

#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error("the database has schema version {found}, this program knows {known}: a newer program has written it")]
    Newer { found: usize, known: usize },
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

/// Brings a database of any earlier version, also an empty one, to the current schema.
pub(super) fn apply(connection: &mut Connection) -> Result<(), Error> {
    apply_all(connection, MIGRATIONS)
}

fn apply_all(connection: &mut Connection, migrations: &[&str]) -> Result<(), Error> {
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let (found, known) = (found as usize, migrations.len());
    if found > known {
        return Err(Error::Newer { found, known });
    }
    for migration in &migrations[found..] {
        transaction.execute_batch(migration)?;
    }
    if found < known {
        transaction.pragma_update(None, "user_version", u32::try_from(known).unwrap_or(u32::MAX))?;
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_migration_is_applied_once() {
        let mut connection = Connection::open_in_memory().unwrap();
        apply_all(&mut connection, &["CREATE TABLE a (x)"]).unwrap();
        apply_all(&mut connection, &["CREATE TABLE a (x)", "CREATE TABLE b (x)"]).unwrap();
        apply_all(&mut connection, &["CREATE TABLE a (x)", "CREATE TABLE b (x)"]).unwrap();
        connection.execute_batch("INSERT INTO b SELECT 1 FROM a").unwrap();
    }

    #[test]
    fn a_failed_migration_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        apply_all(&mut connection, &["CREATE TABLE a (x)", "nonsense"]).unwrap_err();
        apply_all(&mut connection, &["CREATE TABLE a (x)"]).unwrap();
    }

    #[test]
    fn a_newer_database_is_refused() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        let error = apply(&mut connection).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the database has schema version 99, this program knows 1: a newer program has written it"
        );
    }
}
