//! Measurements as lines of the log that CloudWatch turns into metrics (embedded metric format):
//! nothing is sent, so nothing has to be waited for.

use std::{
    collections::BTreeMap,
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SetRecorderError,
    SharedString, Unit,
};
use serde_json::{Map, Value, json};

use crate::metrics::{self as measured, METRICS};

const NAMESPACE: &str = "ImageService";
const STAGE: &str = "Stage";

/// What was measured since it was last written.
#[derive(Clone)]
pub struct Emf {
    stage: &'static str,
    samples: Samples,
}

type Samples = Arc<Mutex<BTreeMap<Series, Sample>>>;

/// Labels first: what shares them shares a line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Series {
    labels: Vec<(String, String)>,
    name: String,
}

enum Sample {
    Count(u64),
    Values(Vec<f64>),
}

impl Emf {
    pub fn new(stage: &'static str) -> Self {
        Self {
            stage,
            samples: Samples::default(),
        }
    }

    /// Everything that is measured from now on comes here.
    ///
    /// # Errors
    /// It goes somewhere else already.
    pub fn install(&self) -> Result<(), SetRecorderError<Self>> {
        metrics::set_global_recorder(self.clone())
    }

    /// Writes what was measured: one line for each combination of labels, none for nothing. A line
    /// is written in one piece.
    ///
    /// # Errors
    /// Those of the writer; the measurements are lost then.
    pub fn flush(&self, mut out: impl Write) -> io::Result<()> {
        let samples = mem::take(&mut *lock(&self.samples));
        let samples: Vec<_> = samples.into_iter().collect();
        for group in samples.chunk_by(|(one, _), (other, _)| one.labels == other.labels) {
            out.write_all(&self.line(group))?;
        }
        out.flush()
    }

    fn line(&self, group: &[(Series, Sample)]) -> Vec<u8> {
        let mut fields = Map::new();
        let mut names = Vec::new();
        let mut dimensions = vec![STAGE];
        for (series, sample) in group {
            let known = METRICS.iter().find(|metric| metric.name == series.name);
            let unit = known.map_or("None", |metric| cloudwatch(metric.unit));
            names.push(json!({ "Name": series.name, "Unit": unit }));
            let value = match sample {
                Sample::Count(count) => json!(count),
                Sample::Values(values) => json!(values),
            };
            fields.insert(series.name.clone(), value);
        }
        fields.insert(STAGE.to_owned(), self.stage.into());
        for (name, value) in group.first().map_or(&[][..], |(series, _)| &series.labels) {
            dimensions.push(name);
            fields.insert(name.clone(), Value::from(value.as_str()));
        }
        let since_epoch = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let directive = json!({ "Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": names });
        let metadata = json!({
            "Timestamp": u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX),
            "CloudWatchMetrics": [directive],
        });
        fields.insert("_aws".to_owned(), metadata);
        let mut line = Value::Object(fields).to_string().into_bytes();
        line.push(b'\n');
        line
    }

    fn handle(&self, key: &Key) -> Arc<Handle> {
        let label = |label: &metrics::Label| (label.key().to_owned(), label.value().to_owned());
        Arc::new(Handle {
            series: Series {
                labels: key.labels().map(label).collect(),
                name: key.name().to_owned(),
            },
            samples: self.samples.clone(),
        })
    }
}

/// Where one series is kept.
struct Handle {
    series: Series,
    samples: Samples,
}

impl CounterFn for Handle {
    fn increment(&self, value: u64) {
        let mut samples = lock(&self.samples);
        if let Sample::Count(count) = samples.entry(self.series.clone()).or_insert(Sample::Count(0)) {
            *count += value;
        }
    }

    fn absolute(&self, value: u64) {
        lock(&self.samples).insert(self.series.clone(), Sample::Count(value));
    }
}

impl HistogramFn for Handle {
    fn record(&self, value: f64) {
        /// More are not taken in one line. One invocation measures one image at most.
        const LIMIT: usize = 100;
        let mut samples = lock(&self.samples);
        let sample = samples.entry(self.series.clone()).or_insert(Sample::Values(Vec::new()));
        if let Sample::Values(values) = sample
            && values.len() < LIMIT
        {
            values.push(value);
        }
    }
}

impl Recorder for Emf {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.handle(key))
    }

    /// There are none.
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.handle(key))
    }
}

fn cloudwatch(unit: measured::Unit) -> &'static str {
    match unit {
        measured::Unit::Count => "Count",
        measured::Unit::Milliseconds => "Milliseconds",
    }
}

fn lock(samples: &Samples) -> MutexGuard<'_, BTreeMap<Series, Sample>> {
    samples.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics;
    use std::time::Duration;

    fn flushed(emf: &Emf) -> Vec<Value> {
        let mut text = Vec::new();
        emf.flush(&mut text).unwrap();
        text.split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                let mut line: Value = serde_json::from_slice(line).unwrap();
                assert!(line["_aws"]["Timestamp"].take().as_u64().unwrap() > 1_700_000_000_000);
                line
            })
            .collect()
    }

    #[test]
    fn lines_are_what_cloudwatch_reads() {
        let emf = Emf::new("dev");
        ::metrics::with_local_recorder(&emf, || {
            metrics::cache_read(true);
            metrics::cache_read(true);
            metrics::processed(Duration::from_millis(250));
            metrics::upload_failed("CORRUPT_IMAGE");
        });
        let directive = |dimensions: Value, metrics: Value| {
            json!({
                "Timestamp": null,
                "CloudWatchMetrics": [{ "Namespace": "ImageService", "Dimensions": [dimensions], "Metrics": metrics }],
            })
        };
        assert_eq!(
            flushed(&emf),
            [
                json!({
                    "_aws": directive(
                        json!(["Stage"]),
                        json!([
                            { "Name": "CacheHits", "Unit": "Count" },
                            { "Name": "ProcessingDuration", "Unit": "Milliseconds" },
                        ]),
                    ),
                    "Stage": "dev",
                    "CacheHits": 2,
                    "ProcessingDuration": [250.0],
                }),
                json!({
                    "_aws": directive(json!(["Stage", "Code"]), json!([{ "Name": "UploadsFailed", "Unit": "Count" }])),
                    "Stage": "dev",
                    "Code": "CORRUPT_IMAGE",
                    "UploadsFailed": 1,
                }),
            ]
        );
        assert!(flushed(&emf).is_empty(), "each is told once");
    }
}
