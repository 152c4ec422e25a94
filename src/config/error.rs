//! What is wrong with the settings.

use std::fmt;

/// One setting that can not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Name of the variable.
    pub name: &'static str,
    pub message: String,
}

/// Everything that is wrong, in the order of reading; never empty. One line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, ConfigError { name, message }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "\n" };
            write!(f, "{separator}{name}: {message}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}
