//! A browser that a test drives: Chromium without a window, by the W3C WebDriver protocol.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long the page may take to do what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);
/// The key of an element's identifier (WebDriver, section 12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A browser with one page. Dropping it closes both.
pub struct Browser {
    driver: Child,
    session: String,
    agent: ureq::Agent,
}

impl Browser {
    /// Starts a browser. Returns why that failed.
    pub fn start() -> Result<Self, String> {
        let missing = |error| format!("chromedriver cannot be started: {error}");
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(missing)?;
        let output = driver.stdout.take().unwrap();
        let mut lines = BufReader::new(output).lines().map_while(Result::ok);
        // "ChromeDriver was started successfully on port 12345."
        let port = lines.find_map(|line| {
            Some(line.split_once("successfully on port ")?.1.trim_end_matches('.').to_owned())
        });
        // It must not wait for a reader of what else it prints.
        thread::spawn(move || lines.for_each(drop));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).proxy(None).build().new_agent();
        let mut browser = Self { driver, session: String::new(), agent };
        let port = port.ok_or("chromedriver does not say its port")?;
        browser.session = format!("http://127.0.0.1:{port}/session");
        let options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--window-size=1400,900",
        ];
        let capabilities = json!({ "alwaysMatch": { "goog:chromeOptions": { "args": options } } });
        let session = browser.post("", &json!({ "capabilities": capabilities }));
        let session = session["sessionId"].as_str().ok_or(format!("there is no session: {session}"))?;
        browser.session = format!("{}/{session}", browser.session);
        Ok(browser)
    }

    fn post(&self, command: &str, body: &Value) -> Value {
        let mut answer = self.agent.post(format!("{}{command}", self.session)).send_json(body).unwrap();
        answer.body_mut().read_json::<Value>().unwrap()["value"].take()
    }

    /// Opens a file.
    pub fn open(&self, page: &Path) {
        self.post("/url", &json!({ "url": format!("file://{}", page.display()) }));
    }

    /// Runs a script in the page, and returns its result.
    pub fn script(&self, script: &str) -> Value {
        self.post("/execute/sync", &json!({ "script": script, "args": [] }))
    }

    fn element(&self, selector: &str) -> String {
        let found = self.post("/element", &json!({ "using": "css selector", "value": selector }));
        let identifier = found[ELEMENT].as_str();
        identifier.unwrap_or_else(|| panic!("`{selector}`: {found}")).to_owned()
    }

    /// Clicks where an element is.
    pub fn click(&self, selector: &str) {
        let answer = self.post(&format!("/element/{}/click", self.element(selector)), &json!({}));
        assert_eq!(answer, Value::Null, "click on `{selector}`");
    }

    /// Replaces the text of a field by typing.
    pub fn type_into(&self, selector: &str, text: &str) {
        let element = self.element(selector);
        self.post(&format!("/element/{element}/clear"), &json!({}));
        self.post(&format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// Waits until an element has this text.
    pub fn wait_for_text(&self, selector: &str, text: &str) {
        let script = format!("return document.querySelector({})?.textContent", Value::from(selector));
        self.wait_for(&script, &Value::from(text));
    }

    /// Waits until a script has this result.
    pub fn wait_for(&self, script: &str, wanted: &Value) {
        let started = Instant::now();
        loop {
            let result = self.script(script);
            if result == *wanted {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "`{script}` is {result}, not {wanted}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// How many elements there are.
    pub fn count(&self, selector: &str) -> u64 {
        let script = format!("return document.querySelectorAll({}).length", Value::from(selector));
        self.script(&script).as_u64().unwrap()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser ends with its session, the driver does not.
        let _ = self.agent.delete(&self.session).call();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
