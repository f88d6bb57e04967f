//! Conversations become the text that transformers makes of them, and no template does harm.

#![allow(clippy::unwrap_used)] // helpers of tests

use primer::chat_template::{ChatTemplate, Message, in_tokenizer_config, token_in_config};
use primer::out::in_one_line;
use serde_json::{Value, json};

fn render(source: &str) -> Result<String, String> {
    let template = ChatTemplate::new(source, None, Some("</s>".to_owned()));
    let text = template.and_then(|template| template.render(&[Message::new("user", "Hi")], true));
    text.map_err(|error| in_one_line(&error))
}

/// Compares with what `chat_template_cases.py` has written down; gives the number of cases.
fn compare(cases: &[u8]) -> usize {
    let all: Value = serde_json::from_slice(cases).unwrap();
    let cases = all["cases"].as_array().unwrap();
    for case in cases {
        let template = &all["templates"][case["template"].as_str().unwrap()];
        let spelled = |key: &str| template[key].as_str().map(str::to_owned);
        let source = template["source"].as_str().unwrap();
        let template = ChatTemplate::new(source, spelled("bos"), spelled("eos")).unwrap();
        let talk = all["talks"][case["talk"].as_str().unwrap()].as_array().unwrap().iter();
        let text = |message: &Value, key: &str| message[key].as_str().unwrap().to_owned();
        let talk = talk.map(|one| Message::new(&text(one, "role"), &text(one, "content")));
        let talk: Vec<_> = talk.collect();
        let got = template.render(&talk, case["answer"].as_bool().unwrap());
        let name = format!("{} of {}", case["template"], case["talk"]);
        match (got, case["text"].as_str()) {
            (Ok(got), Some(text)) => assert_eq!(got, text, "{name}"),
            (Err(error), None) => {
                let why = case["refused"].as_str().unwrap();
                assert!(error.to_string().contains(why), "{name}: {error}");
            }
            (got, text) => panic!("{name}: {got:?} is not {text:?}"),
        }
    }
    cases.len()
}

#[test]
fn conversations_are_those_of_transformers() {
    assert_eq!(compare(include_bytes!("chat_template_cases.json")), 70);
}

/// `CASES=/tmp/cases.json cargo test -p primer --test chat_template -- --ignored`
#[test]
#[ignore = "needs published templates: see chat_template_cases.py"]
fn published_templates_too() {
    assert!(compare(&std::fs::read(std::env::var("CASES").unwrap()).unwrap()) > 0);
}

#[test]
fn no_template_goes_on_for_ever() {
    let doubles = "{% set ns = namespace(x='Ha! ') %}{% for i in range(99) %}\
                   {% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}";
    for source in [
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{% for a in range(9999) %}{{ 'much of this text' * 1000 }}{% endfor %}",
        doubles,
        "{{ ('x' * 99999999) | replace('x', 'yy') | length }}",
        "{{ 'x' * 99999999 }}",
    ] {
        let error = render(source).unwrap_err();
        assert!(error.contains("does not end, or its text grows without end"), "{source}: {error}");
    }
}

/// Known and open: lists that are made by `*` and `+` cost nothing until they have been walked. The first
/// two take 18 s and 600 MB, the third never ends.
#[test]
#[ignore = "fails: the engine charges too late for lists made by * and +"]
fn no_list_is_repeated_for_ever() {
    let begun = std::time::Instant::now();
    let doubles = "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}\
                   {% set ns.l = ns.l + ns.l %}{% endfor %}{{ ns.l | tojson }}";
    let [written, compared] =
        ["{{ [1] * 99999999 }}", "{{ ([1] * 99999999) == ([1] * 99999999) }}"];
    for source in [written, compared, doubles] {
        assert!(render(source).is_err(), "{source}");
    }
    assert!(begun.elapsed().as_secs() < 2, "{:?}", begun.elapsed());
}

#[test]
fn no_template_goes_too_deep() {
    let itself = "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}";
    let nested = format!("{}1{}", "{{ (".to_owned() + &"(".repeat(9999), ")".repeat(9999) + ") }}");
    let blocks = "{% if true %}".repeat(9999) + &"{% endif %}".repeat(9999);
    let list = format!("{{{{ {}{} }}}}", "[".repeat(9999), "]".repeat(9999));
    for source in [itself, &nested, &blocks, &list] {
        let error = render(source).unwrap_err();
        assert!(!error.contains('\n') && error.contains("recursion"), "{error}");
    }
}

#[test]
fn what_is_wrong_is_one_line() {
    for (source, words) in [
        ("{% if %}", "syntax error"),
        ("{% for m in messages %}", "syntax error"),
        ("{{ raise_exception('no\nsuch\nthing') }}", "no such thing"),
        ("{{ messages[0].content.fly() }}", "fly"),
        ("{{ nobody.name }}", "undefined"),
        ("{{ x | unknown }}", "unknown"),
        ("{% include 'other' %}", "other"),
        ("{{ strftime_now('%') }}", "strftime"),
        ("{{ 1 / 0 }}", "1 / 0"),
    ] {
        let error = render(source).unwrap_err();
        assert!(error.starts_with("the chat template: ") && !error.contains('\n'), "{error}");
        assert!(error.contains(words), "{words}: {error}");
    }
    let long = ChatTemplate::new(&" ".repeat(2 << 20), None, None).unwrap_err();
    assert!(long.to_string().contains("2097152 bytes"));
}

#[test]
fn an_expression_in_a_message_is_text() {
    let template = ChatTemplate::new("{{ messages[0].content }}", None, None).unwrap();
    let text = "{{ 7 * 7 }} {% for x in y %} <b> &amp;";
    assert_eq!(template.render(&[Message::new("user", text)], true).unwrap(), text);
}

#[test]
fn the_end_of_a_turn_is_found() {
    let end =
        |source| ChatTemplate::new(source, None, Some("</s>".into())).unwrap().behind_an_answer();
    let chatml =
        "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}";
    assert_eq!(end(chatml).unwrap(), "<|im_end|>\n");
    let other = "{% for m in messages %} {{ m.content }} {{ eos_token }}{% endfor %}";
    assert_eq!(end(other).unwrap(), " </s>");
    assert_eq!(end("{{ raise_exception('never') }}"), None);
}

#[test]
fn a_template_is_found_in_a_tokenizer_config() {
    let named = json!({ "chat_template": [
        { "name": "tool_use", "template": "a" },
        { "name": "default", "template": "b" },
    ]});
    assert_eq!(in_tokenizer_config(&named).unwrap(), "b");
    assert_eq!(in_tokenizer_config(&json!({ "chat_template": "c" })).unwrap(), "c");
    for none in [json!({}), json!({ "chat_template": null }), json!({ "chat_template": [] })] {
        assert_eq!(in_tokenizer_config(&none), None);
    }
    let tokens = json!({ "bos_token": { "content": "<s>" }, "eos_token": "</s>" });
    assert_eq!(token_in_config(&tokens, "bos_token").unwrap(), "<s>");
    assert_eq!(token_in_config(&tokens, "eos_token").unwrap(), "</s>");
}
