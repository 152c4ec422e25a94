//! A function instance: the process between a Runtime API and a log.

use std::{
    ffi::OsString,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{
    gateway,
    runtime::{Outcome, RuntimeApi},
};
use crate::aws::Account;

/// As in `template.yaml`.
pub const TIME_LIMIT: Duration = Duration::from_secs(29);

/// Runs until it is dropped.
pub struct Function {
    pub api: RuntimeApi,
    child: Child,
    lines: Arc<Mutex<Vec<String>>>,
    readers: Vec<JoinHandle<()>>,
}

/// The artifact of `make package`, if named, or else what cargo has built for the tests.
pub fn binary() -> OsString {
    std::env::var_os("LAMBDA_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_lambda").into())
}

impl Function {
    /// Starts on a table and a bucket, with the settings of `template.yaml` that have a meaning here.
    pub async fn start(account: &Account) -> Self {
        Self::start_with(account, &[]).await
    }

    pub async fn start_with(account: &Account, vars: &[(&str, &str)]) -> Self {
        // The fastest effort: what is tested here is not the encoder.
        let own = [
            ("STAGE", "dev"),
            ("AUTH", "gateway"),
            ("LOG_FORMAT", "json"),
            ("WEBP_EFFORT", "0"),
        ];
        let all = account.vars().into_iter().chain(own).chain(vars.iter().copied());
        let all: Vec<_> = all.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let function = Self::spawn(&all).await;
        if let Err(error) = function.api.up().await {
            panic!("it does not start: {error}");
        }
        function
    }

    /// Starts with exactly these variables and those of the Lambda service.
    pub async fn spawn(vars: &[(String, String)]) -> Self {
        let api = RuntimeApi::listen().await;
        let mut child = Command::new(binary())
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .env("AWS_LAMBDA_FUNCTION_NAME", "image-service-dev")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769")
            .envs(vars.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let readers = vec![
            collect(child.stdout.take().unwrap(), &lines),
            collect(child.stderr.take().unwrap(), &lines),
        ];
        Self {
            api,
            child,
            lines,
            readers,
        }
    }

    /// One request through the gateway, from a verified user or from nobody.
    pub async fn request(&self, caller: Option<&str>, request: &Request<Bytes>) -> Response<Bytes> {
        match gateway::event(request, caller) {
            Ok(event) => gateway::response(self.invoke(&event).await),
            Err(refusal) => *refusal,
        }
    }

    pub async fn invoke(&self, event: &Value) -> Outcome {
        self.api.invoke(event.to_string(), TIME_LIMIT).await
    }

    /// Ends the process and returns everything that it logged.
    pub fn end(mut self) -> Vec<String> {
        self.stop();
        std::mem::take(&mut *self.lines.lock().unwrap())
    }

    /// Waits for a process that ends by itself: its status and what it logged.
    pub fn ended(mut self) -> (Option<i32>, Vec<String>) {
        let status = self.child.wait().unwrap();
        self.stop();
        (status.code(), std::mem::take(&mut *self.lines.lock().unwrap()))
    }

    fn stop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().unwrap();
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        self.stop();
    }
}

fn collect(output: impl Read + Send + 'static, lines: &Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
    let lines = lines.clone();
    thread::spawn(move || {
        for line in BufReader::new(output).lines() {
            lines.lock().unwrap().push(line.unwrap());
        }
    })
}
