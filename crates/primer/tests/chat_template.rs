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

/// The engine's fuel does not see lists that are lazy, nor what lies within lists.
#[test]
fn no_list_is_repeated_for_ever() {
    let grow = |how: &str| {
        format!(
            "{{% set ns = namespace(l=[1], d={{}}) %}}{{% for i in range(99999) %}}{how}{{% endfor %}}\
             {{{{ ns.l | tojson }}}}"
        )
    };
    let lists = [
        "{{ [1] * 99999999 }}",
        "{{ ([1] * 99999999) == ([1] * 99999999) }}",
        "{% set l = (1,) * 99999999 %}{{ l | length }}",
        "{% set l = [[1] * 9999] * 9999 %}{% for i in range(9999) %}{{ l == l + [] }}{% endfor %}",
        "{% set l = 'x' * 9999999 %}{% for i in range(9999) %}{{ l[0:1] ~ l[5] }}{% endfor %}",
        "{% set l = [[0] * 99999] %}{% for i in range(99999) %}{{ l == [[0] * 99999] }}{% endfor %}",
        "{{ ('x' * 9999999).split('') | length }}",
        "{{ ('x ' * 9999999).split() | length }}",
        "{{ ('x' * 99999).replace('x', 'y' * 99999) }}",
        "{{ '{:99999999}'.format('x') }}{{ ('{0}' * 9999).format('y' * 99999) }}",
        "{{ ('y' * 99999).join([1] * 99999) }}",
        "{{ ['y' * 99999] * 99999 }}",
        "{{ (['y' * 99999] * 99999) | tojson }}",
    ];
    let grown = [
        "{% set ns.l = ns.l + ns.l %}",
        "{% set ns.l = ns.l * 2 %}",
        "{% set ns.l = [ns.l, ns.l] %}",
        "{% set ns.l = {'a': ns.l, 'b': ns.l} %}",
        "{% set ns.l = (ns.l, ns.l) %}",
        "{% set ns.l = dict(a=ns.l, b=ns.l) %}",
        "{% set ns.l = [ns.l] %}",
        "{% set ns.l = [ns.l, ns.l] | list %}{{ ns.l == [ns.l, 1] }}",
        "{% set ns.l = ns.l | map('string') | list + ns.l %}",
        "{% set ns.l = namespace(a=ns.l, b=ns.l) %}",
        "{% set ns.l = ns %}",
        "{% set ns.l = [ns] %}",
        "{% set ns.l = [loop] %}",
        "{% with a = [ns.l, ns.l] %}{% set ns.l = a %}{% endwith %}",
    ]
    .map(grow);
    for source in lists.iter().copied().chain(grown.iter().map(String::as_str)) {
        let begun = std::time::Instant::now();
        assert!(render(source).is_err(), "{source}");
        assert!(begun.elapsed().as_secs_f64() < 1.5, "{source}: {:?}", begun.elapsed());
    }
    let slices = grow("{% set ns.l = (ns.l + [i])[1:] %}{% set ns.l = ns.l | reverse %}");
    assert_eq!(render(&slices.replace("99999", "9999")).unwrap(), "[9998]");
}

/// What templates do with lists comes out as it does in Python.
#[test]
fn lists_are_lists() {
    for (source, text) in [
        ("{{ [1, 2] + [3] }}", "[1, 2, 3]"),
        ("{{ ([1] * 3) | length }} {{ [0] * 2 }}", "3 [0, 0]"),
        (
            "{% set l = [1, 2, 3][1:] %}{{ l[0] }} {{ l is sequence }} {{ l[::-1] }}",
            "2 True [3, 2]",
        ),
        ("{{ [[1] * 2, [2]] == [[1, 1], [2]] }} {{ 3 in [1, 2] + [3] }}", "True True"),
        ("{% for k, v in {'a': [1]}.items() %}{{ k }}{{ v[0] }}{% endfor %}", "a1"),
        (
            "{% set ns = namespace(l=[]) %}{% for m in messages %}{% set ns.l = ns.l + [m] %}{% endfor %}\
          {{ ns.l | map(attribute='role') | join(',') }} {{ ns.l | length }}",
            "user 1",
        ),
        ("{{ '{0} and {0}'.format('a') }}", "a and a"),
        ("{{ range(3) | list }} {{ range(3)[1] }} {{ (1, 2) + (3,) }}", "[0, 1, 2] 1 (1, 2, 3)"),
        (
            "{{ nobody is defined }} {{ messages[0].nothing is defined }} {{ nobody == 1 }}",
            "False False False",
        ),
        ("{{ nobody or 'x' }} {{ not nobody }} {{ 'x' if nobody else 'y' }}", "x True y"),
        ("{% filter upper %}a{% endfilter %}{% set x | trim %} b {% endset %}{{ x }}", "Ab"),
        (
            "{% macro m(a, b=2) %}{{ a }}{{ b }}{{ caller() }}{% endmacro %}{% call m(1) %}c{% endcall %}",
            "12c",
        ),
        (
            "{% for x in [1, [2, [3]]] recursive %}{{ loop(x) if x is sequence else x }}{% endfor %}",
            "123",
        ),
        (
            "{% for x in range(9) if x % 2 %}{% if x > 5 %}{% break %}{% endif %}{{ x }}{{ loop.cycle('a', 'b') }}\
          {% endfor %}",
            "1a3b5a",
        ),
        (
            "{{ [3, 1, 2] | sort | first }} {{ 1 < 2 < 3 }} {{ 2 ** 2 }} {{ 'ab' * 2 }}",
            "1 True 4 abab",
        ),
    ] {
        assert_eq!(render(source).as_deref(), Ok(text), "{source}");
    }
}

#[test]
fn no_template_goes_too_deep() {
    let itself = "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}";
    let nested = format!("{}1{}", "{{ (".to_owned() + &"(".repeat(9999), ")".repeat(9999) + ") }}");
    let blocks = "{% if true %}".repeat(9999) + &"{% endif %}".repeat(9999);
    let list = format!("{{{{ {}{} }}}}", "[".repeat(9999), "]".repeat(9999));
    let long = |more: &str| format!("{{{{ x{} }}}}", more.repeat(99_999));
    let elif = format!("{{% if x %}}{}{{% endif %}}", "{% elif x %}".repeat(9999));
    let [plus, dots, pipes] = [" + x", ".x", " | trim"].map(long);
    for source in [itself, &nested, &blocks, &list, &elif, &plus, &dots, &pipes] {
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
        ("{% for x in [1] %}{{ loop.cycle() }}{% endfor %}", "cycle"),
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
