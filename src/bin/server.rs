//! The plain HTTP server, and the tools that work on its data.
//!
//! Exit status: 0 when all is well, 1 when `reconcile` found images without their files or requests
//! had to be cut off, 2 when something can not be done at all.

use std::{error::Error, process::ExitCode};

use image_service::{
    config::{Config, ConfigErrors},
    error::Causes,
    telemetry,
};

#[path = "server/cli.rs"]
mod cli;
#[path = "server/memory.rs"]
mod memory;
#[path = "server/picture.rs"]
mod picture;
#[path = "server/reconcile.rs"]
mod reconcile;
#[path = "server/seed.rs"]
mod seed;
#[path = "server/serve.rs"]
mod serve;

use cli::{Command, Invocation};

/// Why something can not be done, for the person who asked for it.
type Failure = Box<dyn Error + Send + Sync>;

const WARNING: u8 = 1;
const FAILURE: u8 = 2;

fn main() -> ExitCode {
    memory::give_back_large_buffers();
    let Invocation { command, vars } = cli::parse();
    let config = match Config::for_server(vars) {
        Ok(config) => config,
        Err(errors) => return refuse(&errors),
    };
    match run(command, config) {
        Ok(status) => status,
        Err(failure) => {
            eprintln!("error: {}", Causes(&*failure));
            ExitCode::from(FAILURE)
        }
    }
}

fn refuse(errors: &ConfigErrors) -> ExitCode {
    eprintln!("error: these settings can not be used (variable DATA_DIR is the same as flag --data-dir, see --help)");
    eprintln!("{errors}");
    ExitCode::from(FAILURE)
}

fn run(command: Command, config: Config) -> Result<ExitCode, Failure> {
    if matches!(command, Command::CheckConfig) {
        println!("The settings are fine.");
        return Ok(ExitCode::SUCCESS);
    }
    telemetry::init(&config.log)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(async {
        match command {
            Command::CheckConfig => Ok(ExitCode::SUCCESS),
            Command::Serve => serve::serve(config).await,
            Command::Seed(seed) => seed::seed(&config, seed).await,
            Command::Reconcile(audit) => reconcile::reconcile(&config, audit).await,
        }
    });
    // Whatever still runs was given its time.
    runtime.shutdown_background();
    result
}
