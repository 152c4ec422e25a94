//! Which field of a request is wrong, and why.

/// One field that breaks a rule; a request is refused with all of them at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name as the client wrote it (camelCase).
    pub field: String,
    /// For a person: what the rule is.
    pub reason: String,
}

impl FieldError {
    pub fn new(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            reason: reason.into(),
        }
    }
}
