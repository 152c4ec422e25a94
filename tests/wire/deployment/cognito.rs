//! A user pool of the emulator, which signs tokens as Cognito does.

use serde_json::{Value, json};

use crate::aws::account::{answer, as_root, server};

const PASSWORD: &str = "Passw0rd!x";

pub struct UserPool {
    pub id: String,
    pub client: String,
}

pub struct Tokens {
    pub access: String,
    pub id: String,
    /// Who that is.
    pub subject: String,
}

impl UserPool {
    pub async fn create() -> Self {
        let pool = call("CreateUserPool", json!({ "PoolName": "builders" })).await;
        let id = text(&pool["UserPool"]["Id"]);
        let client = json!({
            "UserPoolId": id,
            "ClientName": "web",
            "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH"],
        });
        let client = call("CreateUserPoolClient", client).await;
        Self {
            id,
            client: text(&client["UserPoolClient"]["ClientId"]),
        }
    }

    /// Makes a user and signs in.
    pub async fn sign_in(&self, name: &str) -> Tokens {
        let user = json!({ "UserPoolId": self.id, "Username": name, "MessageAction": "SUPPRESS" });
        let user = call("AdminCreateUser", user).await;
        let attributes = user["User"]["Attributes"].as_array().unwrap();
        let subject = attributes.iter().find(|attribute| attribute["Name"] == "sub").unwrap();
        let password = json!({ "UserPoolId": self.id, "Username": name, "Password": PASSWORD, "Permanent": true });
        call("AdminSetUserPassword", password).await;
        let credentials = json!({
            "UserPoolId": self.id,
            "ClientId": self.client,
            "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": name, "PASSWORD": PASSWORD },
        });
        let session = call("AdminInitiateAuth", credentials).await;
        let token = |name: &str| text(&session["AuthenticationResult"][name]);
        Tokens {
            access: token("AccessToken"),
            id: token("IdToken"),
            subject: text(&subject["Value"]),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

async fn call(action: &str, body: Value) -> Value {
    let request = reqwest::Client::new()
        .post(server("WIRE_AWS"))
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", format!("AWSCognitoIdentityProviderService.{action}"))
        .body(body.to_string());
    serde_json::from_str(&answer(as_root(request, "cognito-idp")).await).unwrap()
}
