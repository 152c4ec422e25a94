//! Rules about the source that no compiler knows: who may name whom, and where a crate is confined.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Which modules of the crate a module may name besides itself. Nothing points up.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("pipeline", &[]),
    ("store", &["domain"]),
    ("clock", &["domain"]),
    ("error", &["domain", "pipeline", "store"]),
    ("redis", &["metrics"]),
    ("cache", &["domain", "metrics", "redis"]),
    ("rate_limit", &["domain", "redis"]),
    ("delivery", &["domain", "store"]),
    ("config", &["pipeline", "rate_limit", "redis"]),
    ("metrics", &[]),
    ("telemetry", &["config", "metrics"]),
    (
        "service",
        &[
            "Error", "cache", "clock", "delivery", "domain", "error", "metrics", "pipeline", "store",
        ],
    ),
    (
        "http",
        &[
            "Error",
            "ErrorCode",
            "clock",
            "config",
            "delivery",
            "domain",
            "error",
            "metrics",
            "pipeline",
            "rate_limit",
            "service",
            "store",
        ],
    ),
    ("bootstrap", &["*"]),
];

/// Crates that are named in certain places only.
const CONFINED: &[(&str, &[&str])] = &[
    ("axum", &["http", "bin/lambda", "bin/server/serve"]),
    ("tower", &["http"]),
    ("tower_http", &["http"]),
    ("hyper", &["bin/server/serve"]),
    ("hyper_util", &["bin/server/serve"]),
    ("jsonwebtoken", &["http/auth"]),
    ("reqwest", &["http/auth", "bootstrap"]),
    ("rusqlite", &["store/metadata/sqlite"]),
    ("aws_lc_rs", &["redis", "http/auth", "store/blob/filesystem"]),
    ("clap", &["bin"]),
    ("indicatif", &["bin"]),
    ("lambda_runtime", &["bin/lambda"]),
    ("lambda_runtime_api_client", &["bin/lambda"]),
    ("metrics_exporter_prometheus", &["telemetry/prometheus"]),
    ("aws_sdk_dynamodb", &["store/metadata/dynamodb", "bootstrap"]),
    ("aws_sdk_s3", &["store/blob/s3", "bootstrap"]),
    ("aws_sdk_cloudfront", &["delivery/cloudfront", "bootstrap"]),
    ("fred", &["redis"]),
    ("utoipa", &["http"]),
    ("libwebp_sys", &["pipeline"]),
    ("mozjpeg_sys", &["pipeline"]),
    ("moxcms", &["pipeline"]),
    ("png", &["pipeline"]),
    ("multiversion", &["pipeline"]),
    ("thumbhash", &["pipeline"]),
    ("tracing_subscriber", &["telemetry", "config"]),
];

/// A source file and its path below `src`, without the ending.
struct Source {
    name: String,
    /// Without comments, so that prose may mention what code may not.
    code: String,
    lines: usize,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let name = path.strip_prefix(&root).unwrap().with_extension("");
                sources.push(Source {
                    name: name.to_str().unwrap().to_owned(),
                    lines: text.lines().count(),
                    code: without_comments(&text),
                });
            }
        }
    }
    assert!(sources.len() > 50, "the source is somewhere else");
    sources
}

fn without_comments(text: &str) -> String {
    let code = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    text.lines().map(code).collect::<Vec<_>>().join("\n")
}

/// Whether `name` is one of `places` or below it.
fn is_in(name: &str, places: &[&str]) -> bool {
    places
        .iter()
        .any(|place| name == *place || name.strip_prefix(place).is_some_and(|rest| rest.starts_with('/')))
}

/// The first segments behind every `crate::`, also in braces.
fn named_modules(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.extend(first_word(rest)),
            Some(list) => {
                let mut depth = 0;
                let mut start = 0;
                for (index, c) in list.char_indices() {
                    match c {
                        '{' => depth += 1,
                        '}' | ',' if depth == 0 => {
                            found.extend(first_word(&list[start..index]));
                            start = index + 1;
                            if c == '}' {
                                break;
                            }
                        }
                        '}' => depth -= 1,
                        _ => {}
                    }
                }
            }
        }
    }
    found
}

fn first_word(text: &str) -> Option<String> {
    let word: String = text
        .trim_start()
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .collect();
    (!word.is_empty()).then_some(word)
}

#[test]
fn nothing_points_up() {
    let mut seen = BTreeSet::new();
    for source in sources() {
        let module = source.name.split('/').next().unwrap();
        if matches!(module, "lib" | "bin") {
            continue;
        }
        let (_, allowed) = MAY_NAME
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("say in MAY_NAME what {module} may name"));
        seen.insert(module.to_owned());
        for named in named_modules(&source.code) {
            let fine = named == module || allowed.contains(&named.as_str()) || allowed.contains(&"*");
            assert!(fine, "src/{}.rs names crate::{named}", source.name);
        }
    }
    assert_eq!(seen.len(), MAY_NAME.len(), "MAY_NAME lists modules that are gone");
}

#[test]
fn crates_stay_where_they_belong() {
    for source in sources() {
        for (name, places) in CONFINED {
            let path = format!("{name}::");
            let named = source.code.match_indices(&path).any(|(at, _)| {
                let before = source.code[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
            });
            assert!(
                !named || is_in(&source.name, places),
                "src/{}.rs names {name}",
                source.name
            );
        }
        let reads_environment = source.code.contains("env::var") || source.code.contains("std::env");
        assert!(
            !reads_environment || is_in(&source.name, &["bin"]),
            "src/{}.rs reads the environment",
            source.name
        );
    }
}

#[test]
fn files_are_short_and_finished() {
    for source in sources() {
        assert!(source.lines <= 450, "src/{}.rs has {} lines", source.name, source.lines);
        for word in ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "println!("] {
            let in_tool = word == "println!(" && is_in(&source.name, &["bin"]);
            assert!(
                in_tool || !source.code.contains(word),
                "src/{}.rs has {word}",
                source.name
            );
        }
    }
}

#[test]
fn the_check_sees_what_it_looks_for() {
    let code = without_comments(
        "use crate::{\n  Error, domain::{A, B}, // crate::http\n store::x\n};\nlet x = crate::config::Y;",
    );
    let named: Vec<_> = named_modules(&code).into_iter().collect();
    assert_eq!(named, ["Error", "config", "domain", "store"]);
}
