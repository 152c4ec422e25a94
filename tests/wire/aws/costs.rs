//! A change of these numbers is a change of the bill: the README has them.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::{
    Client, Config,
    config::{
        BehaviorVersion, ConfigBag, Credentials, Intercept, Region, RuntimeComponents,
        interceptors::{AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut},
        retry::RetryConfig,
    },
    error::BoxError,
    operation::{
        delete_item::{DeleteItemInput, DeleteItemOutput},
        get_item::{GetItemInput, GetItemOutput},
        put_item::{PutItemInput, PutItemOutput},
        query::{QueryInput, QueryOutput},
        transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput},
        update_item::{UpdateItemInput, UpdateItemOutput},
    },
    types::{ConsumedCapacity, ReturnConsumedCapacity},
};
use aws_smithy_http_client::Builder;
use image_service::{
    domain::{
        AltText, Annotations, Change, Description, Image, ImagePatch, ListQuery, Pending, PendingKind, SortOrder,
        Title, Version,
    },
    store::{MetadataStore, metadata::dynamodb::DynamoMetadata},
};

use super::{Account, account::server};
use crate::conformance::cases::fixture::{album, completion, image, lease, new, now, tags, to_album, user};

/// Asks for the price of every request and adds up what is answered.
#[derive(Debug, Clone, Default)]
struct Meter(Arc<Mutex<Bill>>);

#[derive(Debug, Default)]
struct Bill {
    requests: usize,
    units: f64,
}

/// For each kind of request that the service makes.
macro_rules! kinds {
    ($call:ident) => {
        $call!(DeleteItemInput DeleteItemOutput, GetItemInput GetItemOutput, PutItemInput PutItemOutput,
               QueryInput QueryOutput, UpdateItemInput UpdateItemOutput)
    };
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input_mut();
        macro_rules! ask {
            ($($input:ident $output:ident),+) => {
                $( if let Some(input) = input.downcast_mut::<$input>() {
                    input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
                } )+
            };
        }
        kinds!(ask);
        if let Some(input) = input.downcast_mut::<TransactWriteItemsInput>() {
            input.return_consumed_capacity = Some(ReturnConsumedCapacity::Total);
        }
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else {
            return Ok(());
        };
        let units = |capacity: Option<&ConsumedCapacity>| capacity.and_then(ConsumedCapacity::capacity_units);
        let mut found = 0.0;
        macro_rules! add {
            ($($input:ident $output:ident),+) => {
                $( if let Some(output) = output.downcast_ref::<$output>() {
                    found += units(output.consumed_capacity()).unwrap_or(0.0);
                } )+
            };
        }
        kinds!(add);
        if let Some(output) = output.downcast_ref::<TransactWriteItemsOutput>() {
            found += output
                .consumed_capacity()
                .iter()
                .filter_map(|part| part.capacity_units())
                .sum::<f64>();
        }
        let mut bill = self.0.lock().unwrap();
        bill.requests += 1;
        bill.units += found;
        Ok(())
    }
}

impl Meter {
    fn client(&self) -> Client {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .endpoint_url(server("WIRE_DYNAMODB"))
            .http_client(Builder::new().build_http())
            .retry_config(RetryConfig::disabled())
            .interceptor(self.clone())
            .build();
        Client::from_conf(config)
    }

    /// Since the last time.
    fn bill(&self) -> Bill {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// As large as images usually are: below 1 KiB with its keys.
fn usual(image: Image) -> Image {
    Image {
        annotations: Annotations {
            title: Title::parse("Castle gate").unwrap(),
            description: Description::parse("A gatehouse in 5,000 pieces").unwrap(),
            alt_text: AltText::parse("Grey castle gate with two towers").unwrap(),
            tags: tags(&["castle", "medieval"]),
            ..image.annotations
        },
        ..image
    }
}

#[tokio::test]
async fn each_operation_costs_what_the_readme_says() {
    let account = Account::open().await;
    let meter = Meter::default();
    let metadata = DynamoMetadata::new(meter.client(), &account.table);
    let (user, home) = (user(), album());
    let one = usual(image(&user, now()));
    let mut bills: Vec<(&str, Bill)> = Vec::new();

    metadata.begin_upload(&Pending::upload(&one)).await.unwrap();
    bills.push(("intent", meter.bill()));
    metadata.create(&new(&one)).await.unwrap();
    bills.push(("create", meter.bill()));
    let key = lease(&user, "key", 1, now());
    metadata.claim(&key).await.unwrap();
    bills.push(("claim", meter.bill()));
    let mut keyed = new(&usual(image(&user, now())));
    keyed.image.annotations.album_id = Some(home.clone());
    keyed.completion = Some(completion(&key, &"x".repeat(900)));
    metadata.begin_upload(&Pending::upload(&keyed.image)).await.unwrap();
    meter.bill();
    metadata.create(&keyed).await.unwrap();
    bills.push(("create with key and album", meter.bill()));
    metadata.get(one.id).await.unwrap();
    bills.push(("get", meter.bill()));
    metadata.count(&user, None).await.unwrap();
    bills.push(("count", meter.bill()));
    let patch = ImagePatch {
        title: Change::Set(Title::parse("Gate").unwrap().unwrap()),
        ..ImagePatch::default()
    };
    metadata
        .update(one.id, &user, Version::FIRST, &patch, now())
        .await
        .unwrap();
    bills.push(("update", meter.bill()));
    let second = Version::FIRST.next();
    metadata
        .update(one.id, &user, second, &to_album(Some(&home)), now())
        .await
        .unwrap();
    bills.push(("move", meter.bill()));
    for _ in 0..30 {
        crate::conformance::cases::fixture::store(&metadata, &usual(image(&user, now()))).await;
    }
    meter.bill();
    let list = ListQuery {
        user: user.clone(),
        album: None,
        tag: None,
        order: SortOrder::Descending,
        limit: 20,
        after: None,
    };
    metadata.list(&list).await.unwrap();
    bills.push(("list of 20", meter.bill()));
    metadata.delete(one.id, &user, now()).await.unwrap();
    bills.push(("delete", meter.bill()));
    metadata.finish_pending(PendingKind::Delete, one.id).await.unwrap();
    bills.push(("finish deletion", meter.bill()));

    let lines: Vec<String> = bills
        .into_iter()
        .map(|(operation, Bill { requests, units })| format!("{operation}: {requests} requests, {units} units"))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    intent: 1 requests, 1 units
    create: 1 requests, 7 units
    claim: 1 requests, 1 units
    create with key and album: 1 requests, 14 units
    get: 1 requests, 1 units
    count: 1 requests, 1 units
    update: 1 requests, 2 units
    move: 2 requests, 7 units
    list of 20: 1 requests, 2.5 units
    delete: 2 requests, 11 units
    finish deletion: 1 requests, 1 units
    ");
}
