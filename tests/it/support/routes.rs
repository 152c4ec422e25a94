//! Every route of the contract that is there on AWS: held against the router and against `template.yaml`.

/// One route, as API Gateway writes it.
#[derive(Debug, Clone, Copy)]
pub struct Route {
    pub method: &'static str,
    pub path: &'static str,
    /// Whether it needs a user.
    pub protected: bool,
}

const fn route(method: &'static str, path: &'static str, protected: bool) -> Route {
    Route {
        method,
        path,
        protected,
    }
}

pub const ROUTES: &[Route] = &[
    route("POST", "/images", true),
    route("GET", "/images", true),
    route("GET", "/images/{id}", true),
    route("PATCH", "/images/{id}", true),
    route("DELETE", "/images/{id}", true),
    route("POST", "/uploads", true),
    route("GET", "/health", false),
    route("GET", "/api-docs", false),
];
