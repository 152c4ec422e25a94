//! A start that failed, told in words where somebody looks: in the log and in the answer to whoever
//! called the function.

use axum::http::Request;
use image_service::error::Causes;
use lambda_runtime::Diagnostic;
use lambda_runtime_api_client::{BoxError, Client, body::Body};
use serde_json::json;

pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The process ends after this; Lambda starts another for the next event.
pub async fn report(failure: &Failure) {
    let text = Causes(&**failure).to_string();
    // The settings may be what is wrong: there may be no subscriber for events.
    eprintln!(
        "{}",
        json!({ "level": "ERROR", "message": "can not start", "error": &text })
    );
    if let Err(error) = post(text).await {
        eprintln!(
            "{}",
            json!({ "level": "ERROR", "message": "can not report that", "error": error.to_string() })
        );
    }
}

async fn post(text: String) -> Result<(), BoxError> {
    let diagnostic = Diagnostic {
        error_type: "Runtime.InitError".to_owned(),
        error_message: text,
    };
    let request = Request::post("/2018-06-01/runtime/init/error")
        .header("lambda-runtime-function-error-type", &diagnostic.error_type)
        .body(Body::from(serde_json::to_vec(&diagnostic)?))?;
    Client::builder().build()?.call(request).await?;
    Ok(())
}
