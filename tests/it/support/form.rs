//! `multipart/form-data` as a browser writes it.

/// A form under construction.
#[derive(Default, Clone)]
pub struct Form {
    body: Vec<u8>,
}

impl Form {
    pub const BOUNDARY: &str = "----test-boundary-7MA4YWxk";
    pub const CONTENT_TYPE: &str = "multipart/form-data; boundary=----test-boundary-7MA4YWxk";

    pub fn new() -> Self {
        Self::default()
    }

    /// A form with nothing but a file.
    pub fn with_file(bytes: &[u8]) -> Self {
        Self::new().file("IMG_1234.jpg", bytes)
    }

    pub fn file(self, name: &str, bytes: &[u8]) -> Self {
        let headers = format!("name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream");
        self.part(&headers, bytes)
    }

    pub fn text(self, name: &str, value: &str) -> Self {
        self.part(&format!("name=\"{name}\""), value.as_bytes())
    }

    pub fn part(mut self, disposition: &str, bytes: &[u8]) -> Self {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n",
            Self::BOUNDARY
        );
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(bytes);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    pub fn finish(mut self) -> Vec<u8> {
        self.body
            .extend_from_slice(format!("--{}--\r\n", Self::BOUNDARY).as_bytes());
        self.body
    }
}
