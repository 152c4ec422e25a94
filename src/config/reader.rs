//! Takes settings out of variables and remembers what was wrong with them.

use std::collections::HashMap;

use super::{
    error::{ConfigError, ConfigErrors},
    settings::{Fallback, Setting},
};

/// A setting that is wrong reads as its default, so that reading goes on to the next error; such a
/// stand-in never leaves this module, as [`Reader::finish`] fails then.
pub(super) struct Reader {
    vars: HashMap<String, String>,
    errors: Vec<ConfigError>,
}

impl Reader {
    pub(super) fn new(vars: impl IntoIterator<Item = (String, String)>) -> Self {
        let vars = vars
            .into_iter()
            .map(|(name, value)| (name, value.trim().to_owned()))
            // `PORT= server` and an empty field of a template both mean: as if it were not there.
            .filter(|(_, value)| !value.is_empty())
            .collect();
        Self {
            vars,
            errors: Vec::new(),
        }
    }

    pub(super) fn is_set(&self, setting: &Setting) -> bool {
        self.vars.contains_key(setting.name)
    }

    /// The value, or the fixed default.
    pub(super) fn read<T>(&mut self, setting: &Setting, parse: impl Fn(&str) -> Option<T>) -> T {
        let Fallback::Value(default) = setting.default else {
            unreachable!("{} has no fixed default", setting.name);
        };
        self.read_optional(setting, &parse)
            .or_else(|| parse(default))
            .unwrap_or_else(|| unreachable!("the default of {} is not allowed", setting.name))
    }

    /// The value; `None` where it is not set or wrong.
    pub(super) fn read_optional<T>(&mut self, setting: &Setting, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.vars.get(setting.name)?;
        let value = parse(text);
        if value.is_none() {
            let message = format!("must be {}, is {text:?}", setting.values);
            self.refuse(setting, message);
        }
        value
    }

    /// [`Reader::read_optional`] of what must not be repeated: it may hold a password.
    pub(super) fn read_secret<T>(&mut self, setting: &Setting, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let value = parse(self.vars.get(setting.name)?);
        if value.is_none() {
            self.refuse(setting, format!("must be {}", setting.values));
        }
        value
    }

    pub(super) fn refuse(&mut self, setting: &Setting, message: impl Into<String>) {
        self.errors.push(ConfigError {
            name: setting.name,
            message: message.into(),
        });
    }

    pub(super) fn finish<T>(self, config: T) -> Result<T, ConfigErrors> {
        if self.errors.is_empty() {
            Ok(config)
        } else {
            Err(ConfigErrors(self.errors))
        }
    }
}
