//! Logs: what a line looks like.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use image_service::{config::Config, telemetry};

/// What was written.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn logged(vars: &[(&str, &str)]) -> String {
    let vars = vars
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let log = Config::from_vars(vars).unwrap().log;
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = telemetry::subscriber(&log, false, move || writer.clone());
    tracing::subscriber::with_default(subscriber, || {
        let span = tracing::info_span!("request", request_id = "r-1");
        let _entered = span.enter();
        tracing::info!(status = 200, "answered");
        tracing::debug!("detail");
    });
    let bytes = lines.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn text_is_for_people() {
    let text = logged(&[]);
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("INFO request{request_id=\"r-1\"}: "), "{text}");
    assert!(text.ends_with("answered status=200\n"), "{text}");
}

#[test]
fn json_is_for_machines() {
    let text = logged(&[("LOG_FORMAT", "json"), ("LOG_LEVEL", "warn,it=debug")]);
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["level"], "INFO");
    assert_eq!(lines[0]["message"], "answered");
    assert_eq!(lines[0]["status"], 200);
    assert_eq!(lines[0]["span"]["request_id"], "r-1");
    assert_eq!(lines[1]["message"], "detail");
}

#[test]
fn the_filter_holds() {
    assert_eq!(logged(&[("LOG_LEVEL", "error")]), "");
    assert_eq!(logged(&[("LOG_LEVEL", "info,it=off")]), "");
}
