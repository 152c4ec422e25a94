//! The command line. The settings' part of it is made from the one table of settings.

use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use image_service::{
    config::{SETTINGS, Setting, Values, parse_duration},
    domain::{AlbumId, UserId},
    service::Audit,
};

/// What to do, and the settings as variables.
pub struct Invocation {
    pub command: Command,
    pub vars: Vec<(String, String)>,
}

pub enum Command {
    Serve,
    CheckConfig,
    Seed(Seed),
    Reconcile(Audit),
}

/// Images to make up.
pub struct Seed {
    pub user: UserId,
    pub images: u32,
    /// Where every second one goes.
    pub album: Option<AlbumId>,
    pub metadata_only: bool,
}

const CHECK_CONFIG: &str = "check-config";

/// Reads arguments and environment. Answers `--help` and mistakes by itself and ends the process.
pub fn parse() -> Invocation {
    let matches = command().get_matches();
    let (name, last) = match matches.subcommand() {
        Some((name, last)) => (name, last),
        None => ("serve", &matches),
    };
    let vars = SETTINGS
        .iter()
        .filter_map(|setting| {
            let value: &String = last.get_one(setting.name)?;
            Some((setting.name.to_owned(), value.clone()))
        })
        .collect();
    let command = match name {
        _ if last.get_flag(CHECK_CONFIG) => Command::CheckConfig,
        "seed" => Command::Seed(seed(last)),
        "reconcile" => Command::Reconcile(audit(last)),
        _ => Command::Serve,
    };
    Invocation { command, vars }
}

fn command() -> clap::Command {
    clap::Command::new("server")
        .about("Takes, converts, stores and serves images")
        .after_help(
            "Each setting is an environment variable, too; a flag wins over it, and an empty value is none.\n\
             Exit status: 0 when all is well, 1 when reconcile found images without their files or requests \
             had to be cut off, 2 when something can not be done at all.",
        )
        .version(env!("CARGO_PKG_VERSION"))
        .max_term_width(100)
        .next_line_help(true)
        .arg(
            Arg::new(CHECK_CONFIG)
                .long(CHECK_CONFIG)
                .global(true)
                .action(ArgAction::SetTrue)
                .help("Check all settings and exit"),
        )
        .args(SETTINGS.iter().map(setting_arg))
        .subcommand(clap::Command::new("serve").about("Serve HTTP; what is done without a command"))
        .subcommand(seed_command())
        .subcommand(reconcile_command())
}

fn setting_arg(setting: &Setting) -> Arg {
    let arg = Arg::new(setting.name)
        .long(setting.flag())
        .env(setting.name)
        // A value may be of a kind that has no place on a screen.
        .hide_env_values(true)
        .global(true)
        .help_heading(setting.section)
        .value_name("VALUE")
        .help(format!(
            "{}\nValues: {}; default: {}",
            setting.help, setting.values, setting.default
        ));
    match setting.values {
        Values::Of(_) => arg,
        Values::Switch => arg.num_args(0..=1).require_equals(true).default_missing_value("on"),
    }
}

fn seed_command() -> clap::Command {
    clap::Command::new("seed")
        .about("Fill the data folder with made-up images")
        .arg(
            Arg::new("user")
                .long("user")
                .required(true)
                .value_parser(value_parser!(UserId))
                .help("Whose images they are"),
        )
        .arg(
            Arg::new("images")
                .long("images")
                .required(true)
                .value_parser(value_parser!(u32).range(1..=10_000_000))
                .help("How many"),
        )
        .arg(
            Arg::new("album")
                .long("album")
                .value_parser(value_parser!(AlbumId))
                .help("Album of every second one"),
        )
        .arg(
            Arg::new("metadata-only")
                .long("metadata-only")
                .action(ArgAction::SetTrue)
                .help("Metadata without files, for measuring"),
        )
}

fn seed(matches: &ArgMatches) -> Seed {
    Seed {
        user: required(matches, "user"),
        images: required(matches, "images"),
        album: matches.get_one("album").cloned(),
        metadata_only: matches.get_flag("metadata-only"),
    }
}

fn reconcile_command() -> clap::Command {
    clap::Command::new("reconcile")
        .about("Remove files that nothing knows and report images whose files are missing")
        .arg(
            Arg::new("dry-run")
                .long("dry-run")
                .action(ArgAction::SetTrue)
                .help("Only report"),
        )
        .arg(
            Arg::new("older-than")
                .long("older-than")
                .default_value("1h")
                .value_parser(|text: &str| parse_duration(text).ok_or("a duration such as 30m or 1h is needed"))
                .help("Leave younger files alone"),
        )
}

fn audit(matches: &ArgMatches) -> Audit {
    Audit {
        dry_run: matches.get_flag("dry-run"),
        older_than: required::<Duration>(matches, "older-than"),
    }
}

fn required<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, name: &str) -> T {
    matches
        .get_one(name)
        .cloned()
        .unwrap_or_else(|| unreachable!("{name} is required or has a default"))
}
