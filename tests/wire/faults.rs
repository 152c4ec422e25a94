//! Every operation, with every fault between the service and DynamoDB, S3 or CloudFront, at every request.
//! Whatever the client is told is true, nothing is lost, and after the clean-up nothing is left over.

use std::time::Duration;

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::{
    proxy::http::{Answer, HttpFault, HttpProxy, Struck},
    service::Service,
    support::{Client, Form, Reply, pictures},
};
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Server {
    DynamoDb,
    S3,
    CloudFront,
}

impl Server {
    const ALL: [Self; 3] = [Self::DynamoDb, Self::S3, Self::CloudFront];

    fn proxy(self, service: &Service) -> &HttpProxy {
        match self {
            Self::DynamoDb => &service.dynamodb,
            Self::S3 => &service.s3,
            Self::CloudFront => &service.cloudfront,
        }
    }

    fn failure(self) -> Answer {
        match self {
            Self::DynamoDb => Answer {
                status: 500,
                content_type: "application/x-amz-json-1.0",
                body: r#"{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"x"}"#,
            },
            Self::S3 => Answer {
                status: 500,
                content_type: "application/xml",
                body: "<Error><Code>InternalError</Code><Message>x</Message></Error>",
            },
            Self::CloudFront => Answer {
                status: 500,
                content_type: "text/xml",
                body: "<ErrorResponse><Error><Type>Receiver</Type><Code>InternalFailure</Code><Message>x</Message>\
                       </Error></ErrorResponse>",
            },
        }
    }

    fn throttling(self) -> Answer {
        match self {
            Self::DynamoDb => Answer {
                status: 400,
                content_type: "application/x-amz-json-1.0",
                body: r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"x"}"#,
            },
            Self::S3 => Answer {
                status: 503,
                content_type: "application/xml",
                body: "<Error><Code>SlowDown</Code><Message>x</Message></Error>",
            },
            Self::CloudFront => Answer {
                status: 400,
                content_type: "text/xml",
                body: "<ErrorResponse><Error><Type>Sender</Type><Code>TooManyInvalidationsInProgress</Code>\
                       <Message>x</Message></Error></ErrorResponse>",
            },
        }
    }

    /// What may befall one request.
    fn faults(self) -> Vec<HttpFault> {
        vec![
            HttpFault::Drop,
            HttpFault::AnswerLost,
            HttpFault::Cut,
            HttpFault::Late(Duration::from_millis(100)),
            HttpFault::Hang,
            HttpFault::Refused(self.failure()),
            HttpFault::DoneBut(self.failure()),
            HttpFault::Refused(self.throttling()),
        ]
    }

    /// What may go on for longer than anybody waits.
    fn lasting_faults(self) -> Vec<HttpFault> {
        vec![
            HttpFault::Drop,
            HttpFault::AnswerLost,
            HttpFault::Refused(self.throttling()),
        ]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operation {
    Upload,
    UploadWithKey,
    Get,
    List,
    Update,
    Move,
    Delete,
    Begin,
    Finish,
}

/// A user and what there was before.
struct Scene {
    user: Client,
    /// Path of an image in the album `castles`.
    image: String,
    /// A direct upload whose file is there.
    upload: Value,
}

fn form() -> Form {
    Form::with_file(&pictures::jpeg(100, 100))
        .text("albumId", "castles")
        .text("title", "Gate")
}

impl Scene {
    async fn set(service: &Service, operation: Operation) -> Self {
        let user = service.somebody();
        let image = match operation {
            Operation::Get | Operation::List | Operation::Update | Operation::Move | Operation::Delete => {
                let image = user.uploaded(form()).await;
                format!("/images/{}", image["id"].as_str().unwrap())
            }
            _ => String::new(),
        };
        let upload = match operation {
            Operation::Finish => put(&user).await,
            _ => Value::Null,
        };
        Self { user, image, upload }
    }

    async fn act(&self, operation: Operation) -> Reply {
        let (user, image) = (&self.user, &self.image);
        match operation {
            Operation::Upload => user.upload(form()).await,
            Operation::UploadWithKey => {
                let request = user.request(Method::POST, "/images").header("idempotency-key", "k");
                user.form(request, form()).await
            }
            Operation::Get => user.get(image).await,
            Operation::List => user.get("/images?albumId=castles").await,
            Operation::Update => user.patch(image, json!({ "version": 1, "title": "Tower" })).await,
            Operation::Move => user.patch(image, json!({ "version": 1, "albumId": "towers" })).await,
            Operation::Delete => user.delete(image).await,
            Operation::Begin => user.post("/uploads", declared(pictures::jpeg(100, 100).len())).await,
            Operation::Finish => user.post("/images", self.upload.clone()).await,
        }
    }

    fn image_id(&self) -> &str {
        self.image.trim_start_matches("/images/")
    }

    /// Holds what is there now against what the client was told.
    async fn check(&self, service: &Service, operation: Operation, reply: &Reply, case: &str) {
        let told = reply.status.is_success();
        let all = self.user.get("/images").await.json();
        let images = all["images"].as_array().unwrap();
        assert_eq!(all["totalCount"], images.len(), "{case}");
        match operation {
            Operation::Upload | Operation::UploadWithKey | Operation::Finish => {
                assert!(images.len() <= 1, "{case}: {all}");
                assert!(!told || is_listed(images, &reply.json()), "{case}: {all}");
                if operation != Operation::Upload {
                    // Who asks again gets the one image, or has to wait where not even the end of the
                    // first request could be recorded.
                    let again = self.act(operation).await;
                    let waits = !told && again.code() == (409, "REQUEST_IN_PROGRESS".to_owned());
                    assert!(again.status == 201 || waits, "{case}: {}", again.text());
                    assert!(!told || again.json() == reply.json(), "{case}");
                    let images = self.user.get("/images").await.json();
                    assert_eq!(images["totalCount"], u32::from(!waits), "{case}");
                }
            }
            Operation::Get | Operation::List => {
                let image = self.user.get(&self.image).await.json();
                assert!(is_listed(images, &image), "{case}: {all}");
                if told {
                    let right = if operation == Operation::Get {
                        image
                    } else {
                        all.clone()
                    };
                    assert_eq!(reply.json(), right, "{case}");
                }
            }
            Operation::Update | Operation::Move => {
                let image = self.user.get(&self.image).await.json();
                assert!(is_listed(images, &image), "{case}: {all}");
                assert!(!told || image == reply.json(), "{case}");
                let album = image["albumId"].as_str().unwrap();
                let list = self.user.get(&format!("/images?albumId={album}")).await.json();
                assert_eq!(
                    (&list["totalCount"], &list["images"]),
                    (&json!(1), &all["images"]),
                    "{case}"
                );
                let is_done = image["version"] == 2;
                let expected = match operation {
                    Operation::Update => (json!(if is_done { "Tower" } else { "Gate" }), "castles"),
                    _ => (json!("Gate"), if is_done { "towers" } else { "castles" }),
                };
                assert_eq!((image["title"].clone(), album), expected, "{case}");
            }
            Operation::Delete => {
                let there = self.user.get(&self.image).await.status == 200;
                assert_eq!(images.len(), usize::from(there), "{case}");
                assert!(!told || !there, "{case}");
                let dropped = service.is_dropped(self.image_id()).await;
                assert_eq!(dropped, !there, "{case}");
            }
            Operation::Begin => assert!(images.is_empty(), "{case}"),
        }
    }
}

/// Whether this image, in the shorter form of lists, is all that there is.
fn is_listed(list: &[Value], image: &Value) -> bool {
    let [Value::Object(listed)] = list else {
        return false;
    };
    listed.iter().all(|(name, value)| image[name] == *value)
}

fn declared(size: usize) -> Value {
    json!({ "filename": "a.jpg", "contentType": "image/jpeg", "size": size })
}

/// Begins a direct upload and puts its file.
async fn put(user: &Client) -> Value {
    let file = pictures::jpeg(100, 100);
    let ticket = user.post("/uploads", declared(file.len())).await.json();
    let mut request = reqwest::Client::new().put(ticket["url"].as_str().unwrap());
    for (name, value) in ticket["headers"].as_object().unwrap() {
        request = request.header(name, value.as_str().unwrap());
    }
    let answer = request.body(file).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    json!({ "uploadId": ticket["uploadId"] })
}

/// Plays one case; `false` when there was no such request any more.
async fn play(service: &Service, operation: Operation, server: Server, struck: Struck, fault: HttpFault) -> bool {
    let case = format!("{operation:?}, {server:?}, {struck:?}, {fault:?}");
    let scene = Scene::set(service, operation).await;
    service.images.settle().await;
    server.proxy(service).strike(struck, fault);
    let reply = scene.act(operation).await;
    service.images.settle().await;
    let happened = server.proxy(service).heal() > 0;
    let told = reply.status.is_success();
    assert!(
        told || happened && reply.code().1 == "SERVICE_UNAVAILABLE",
        "{case}: {}",
        reply.text()
    );
    service.is_whole(&case).await;
    scene.check(service, operation, &reply, &case).await;
    service.is_whole(&case).await;
    happened
}

/// Strikes the first request, then the second, and so on until there are no more; with all faults
/// side by side, as most of the time is spent waiting.
async fn survives(operation: Operation, struck: fn(usize) -> Struck, faults: impl Fn(Server) -> Vec<HttpFault>) {
    let mut cases = Vec::new();
    // Only what is deleted has to leave the CDN.
    let servers = Server::ALL
        .into_iter()
        .filter(|server| *server != Server::CloudFront || operation == Operation::Delete);
    for server in servers {
        cases.extend(faults(server).into_iter().map(|fault| async move {
            let service = Service::new().await;
            let mut n = 1;
            while play(&service, operation, server, struck(n), fault).await {
                n += 1;
            }
            n - 1
        }));
    }
    let strikes: usize = join_all(cases).await.into_iter().sum();
    assert!(
        strikes >= faults(Server::DynamoDb).len(),
        "only {strikes} requests were struck"
    );
}

macro_rules! operations {
    ($faults:ident, $struck:ident: $($name:ident = $operation:ident;)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::survives(Operation::$operation, Struck::$struck, Server::$faults).await;
            }
        )+
    };
}

/// The n-th request of an operation, and no other.
mod one_request {
    use super::{Operation, Server, Struck};

    operations! {
        faults, Nth:
        upload = Upload;
        upload_with_a_key = UploadWithKey;
        get = Get;
        list = List;
        update = Update;
        moving = Move;
        delete = Delete;
        beginning_a_direct_upload = Begin;
        finishing_a_direct_upload = Finish;
    }
}

/// The n-th request and all that follow, until the operation has given up.
mod all_requests_from_one_on {
    use super::{Operation, Server, Struck};

    operations! {
        lasting_faults, From:
        upload_with_a_key = UploadWithKey;
        list = List;
        moving = Move;
        delete = Delete;
        finishing_a_direct_upload = Finish;
    }
}
