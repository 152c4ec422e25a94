//! `GET /health`

use insta::assert_json_snapshot;

use crate::support::TestApp;

#[tokio::test]
async fn names_what_is_configured() {
    let app = TestApp::new();
    let reply = app.anonymous().get("/health").await;
    assert_eq!(reply.status, 200);
    assert_json_snapshot!(reply.json(), { ".version" => "[version]" }, @r#"
    {
      "services": {
        "metadata": "up",
        "storage": "up"
      },
      "status": "healthy",
      "timestamp": "2025-01-15T10:30:00.000Z",
      "version": "[version]"
    }
    "#);
}
