//! Reads `template.yaml` and works out what a deployment with given parameters consists of.

use std::collections::{BTreeMap, BTreeSet};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

const PSEUDO: &[(&str, &str)] = &[
    ("AWS::AccountId", "123456789012"),
    ("AWS::Partition", "aws"),
    ("AWS::Region", "us-east-1"),
    ("AWS::StackName", "image-service"),
    ("AWS::URLSuffix", "amazonaws.com"),
];

/// Parameters that have no default.
const NEEDED: &[(&str, &str)] = &[
    ("UserPoolId", "us-east-1_AbCdEfGhI"),
    ("UserPoolClientIds", "web,mobile"),
];

/// The file with its short forms written out: `!Ref X` is `{"Ref": "X"}`, `!Sub` is `{"Fn::Sub": …}`.
pub struct Template(pub Value);

/// What one set of parameters makes of it: intrinsic functions are worked out, resources whose
/// condition does not hold are absent. A reference to a resource is its name where the template
/// gives one, otherwise its logical id; an attribute is `Id.Attribute`.
pub struct Stack {
    pub resources: BTreeMap<String, Value>,
    pub outputs: BTreeMap<String, Value>,
}

impl Stack {
    pub fn properties(&self, id: &str) -> &Value {
        let resource = self.resources.get(id).unwrap_or_else(|| panic!("{id} is not deployed"));
        &resource["Properties"]
    }

    pub fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.resources
            .iter()
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(id, resource)| (id.as_str(), &resource["Properties"]))
    }
}

impl Template {
    pub fn load() -> Self {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/template.yaml");
        let text = std::fs::read_to_string(path).unwrap();
        let documents = Yaml::load_from_str(&text).unwrap();
        assert_eq!(documents.len(), 1);
        Self(long_form(&documents[0]))
    }

    pub fn section(&self, name: &str) -> &Map<String, Value> {
        self.0[name].as_object().unwrap_or_else(|| panic!("no {name}"))
    }

    pub fn deploy(&self, parameters: &[(&str, &str)]) -> Stack {
        let parameters: BTreeMap<&str, &str> = NEEDED.iter().chain(parameters).copied().collect();
        for name in parameters.keys() {
            assert!(self.section("Parameters").contains_key(*name), "no parameter {name}");
        }
        let deployment = Deployment {
            template: self,
            parameters,
        };
        let deployed = |section: &str| {
            self.section(section)
                .iter()
                .filter(|(_, item)| deployment.holds(item))
                .map(|(id, item)| (id.clone(), deployment.value(item).unwrap_or_default()))
                .collect()
        };
        Stack {
            resources: deployed("Resources"),
            outputs: deployed("Outputs"),
        }
    }
}

/// The text of a scalar; CloudFormation tells strings, numbers and booleans apart no more than this.
pub fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The resources that a part of the template names, `Id.Attribute` for attributes.
pub fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match key.as_str() {
                    "Ref" | "DependsOn" if value.is_string() => {
                        found.insert(text(value));
                    }
                    "Fn::GetAtt" => {
                        found.insert(attribute(value));
                    }
                    "Fn::Sub" => found.extend(placeholders(value.as_str().expect("a Sub is a text"))),
                    _ => references(value, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

struct Deployment<'a> {
    template: &'a Template,
    parameters: BTreeMap<&'a str, &'a str>,
}

impl Deployment<'_> {
    /// Whether a resource or an output is deployed.
    fn holds(&self, item: &Value) -> bool {
        item.get("Condition").is_none_or(|name| self.condition(&text(name)))
    }

    fn condition(&self, name: &str) -> bool {
        let condition = self.template.section("Conditions").get(name);
        let condition = condition.unwrap_or_else(|| panic!("no condition {name}"));
        self.value(condition) == Some(Value::Bool(true))
    }

    /// `None` is `AWS::NoValue`.
    fn value(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Object(map) if map.len() == 1 => {
                let (key, argument) = map.iter().next()?;
                match key.as_str() {
                    "Ref" => self.reference(&text(argument)),
                    "Condition" if argument.is_string() => Some(self.condition(&text(argument)).into()),
                    _ => match key.strip_prefix("Fn::") {
                        Some(function) => self.function(function, argument),
                        None => Some(self.object(map)),
                    },
                }
            }
            Value::Object(map) => Some(self.object(map)),
            Value::Array(values) => Some(values.iter().filter_map(|value| self.value(value)).collect()),
            scalar => Some(scalar.clone()),
        }
    }

    fn object(&self, map: &Map<String, Value>) -> Value {
        let known = |(key, value): (&String, &Value)| Some((key.clone(), self.value(value)?));
        Value::Object(map.iter().filter_map(known).collect())
    }

    fn function(&self, function: &str, argument: &Value) -> Option<Value> {
        let arguments = argument.as_array().map(Vec::as_slice).unwrap_or_default();
        let argument_text = |index: usize| text(&self.value(&arguments[index]).unwrap_or_default());
        let is_true = |value: &Value| self.value(value) == Some(Value::Bool(true));
        match function {
            "If" => self.value(&arguments[if self.condition(&text(&arguments[0])) { 1 } else { 2 }]),
            "Equals" => Some((argument_text(0) == argument_text(1)).into()),
            "And" => Some(arguments.iter().all(is_true).into()),
            "Or" => Some(arguments.iter().any(is_true).into()),
            "Not" => Some((!is_true(&arguments[0])).into()),
            "GetAtt" => {
                self.assert_deployed(&attribute(argument));
                Some(attribute(argument).into())
            }
            "Sub" => {
                let mut result = text(argument);
                for name in placeholders(&result.clone()) {
                    let value = if name.contains('.') {
                        self.assert_deployed(&name);
                        name.clone()
                    } else {
                        text(&self.reference(&name)?)
                    };
                    result = result.replace(&format!("${{{name}}}"), &value);
                }
                Some(result.into())
            }
            "FindInMap" => {
                let maps = self.template.section("Mappings");
                Some(maps[&argument_text(0)][argument_text(1)][argument_text(2)].clone())
            }
            "Split" => Some(argument_text(1).split(&argument_text(0)).collect()),
            "Select" => {
                let index: usize = argument_text(0).parse().unwrap();
                match self.value(&arguments[1])? {
                    Value::Array(values) => Some(values[index].clone()),
                    one => Some(format!("{}[{index}]", text(&one)).into()),
                }
            }
            "Cidr" => Some(json!(format!("Cidr({})", argument_text(0)))),
            other => panic!("Fn::{other}: unknown here"),
        }
    }

    fn reference(&self, name: &str) -> Option<Value> {
        if name == "AWS::NoValue" {
            return None;
        }
        if let Some((_, value)) = PSEUDO.iter().find(|(pseudo, _)| *pseudo == name) {
            return Some((*value).into());
        }
        if let Some(parameter) = self.template.section("Parameters").get(name) {
            let value = match self.parameters.get(name) {
                Some(value) => (*value).to_owned(),
                None => text(parameter.get("Default").unwrap_or_else(|| panic!("{name} is needed"))),
            };
            return Some(match parameter["Type"].as_str() {
                Some("CommaDelimitedList") => value.split(',').collect(),
                _ => value.into(),
            });
        }
        let properties = self.assert_deployed(name);
        let given = ["BucketName", "FunctionName", "TableName"].map(|name| properties.get(name));
        match given.into_iter().flatten().next().filter(|_| !name.contains('.')) {
            Some(given) => self.value(given),
            None => Some(name.into()),
        }
    }

    /// The properties of the resource that `name` or its attribute belongs to.
    fn assert_deployed(&self, name: &str) -> &Value {
        let id = name.split('.').next().unwrap_or(name);
        let resource = self.template.section("Resources").get(id);
        let resource = resource.unwrap_or_else(|| panic!("no resource {name}"));
        assert!(
            self.holds(resource),
            "{id} is named but not deployed with {:?}",
            self.parameters
        );
        &resource["Properties"]
    }
}

/// `Id.Attribute`, from either form of `Fn::GetAtt`.
fn attribute(argument: &Value) -> String {
    match argument {
        Value::Array(parts) => parts.iter().map(text).collect::<Vec<_>>().join("."),
        name => text(name),
    }
}

/// The names between `${` and `}`.
fn placeholders(text: &str) -> Vec<String> {
    let names = text.split("${").skip(1);
    names
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn long_form(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::Value(scalar) => match scalar {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => (*value).into(),
            Scalar::Integer(value) => (*value).into(),
            Scalar::FloatingPoint(value) => value.into_inner().into(),
            Scalar::String(text) => text.as_ref().into(),
        },
        Yaml::Sequence(values) => values.iter().map(long_form).collect(),
        Yaml::Mapping(map) => Value::Object(
            map.iter()
                .map(|(key, value)| (text(&long_form(key)), long_form(value)))
                .collect(),
        ),
        Yaml::Tagged(tag, value) => {
            let name = match tag.suffix.as_str() {
                name @ ("Ref" | "Condition") => name.to_owned(),
                name => format!("Fn::{name}"),
            };
            match (tag.suffix.as_str(), long_form(value)) {
                ("GetAtt", Value::String(text)) => {
                    let (id, attribute) = text.split_once('.').expect("an attribute");
                    json!({ name: [id, attribute] })
                }
                (_, value) => json!({ name: value }),
            }
        }
        other => panic!("unexpected in a template: {other:?}"),
    }
}
