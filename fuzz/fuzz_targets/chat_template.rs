//! Any chat template: it is refused, or it makes a text of a conversation, soon and in little memory. A byte
//! below 128 is a letter of it, another one a word.
#![no_main]

use libfuzzer_sys::fuzz_target;
use primer::chat_template::{ChatTemplate, Message};

const TALK: [(&str, &str); 4] = [
    ("system", "Be kind."),
    ("user", "Hi, {{ 7 * 7 }} \u{1F469}\u{200D}\u{1F467} <|im_end|>\n"),
    ("assistant", "<think>\nHm.\n</think>\n\nHello!"),
    ("user", " And you? "),
];

#[rustfmt::skip]
const WORDS: [&str; 128] = [
    "{% ", " %}", "{{ ", " }}", "{%- ", "-%}", "{# ", " #}", "for x in ", "endfor", " recursive", "loop",
    "loop(", "if ", "elif ", "else", "endif", "set ", "set ns.l = ", "endset", "namespace(l=[1])",
    "macro m(x)", "endmacro", "call(x) m()", "endcall", "caller()", "filter ", "endfilter", "with ",
    "endwith", "do ", "break", "continue", "raw", "endraw", "messages", "messages[0].content", "range(99)",
    "dict(a=1)", "strftime_now(", "raise_exception(", " | tojson", " | tojson(indent=4)", " | sort",
    " | unique", " | groupby(", " | map(", " | map(attribute=", " | select(", " | selectattr(", " | reject(",
    " | batch(9)", " | slice(9)", " | list", " | reverse", " | join(", " | indent(9)", " | replace(",
    " | format(", " | length", " | items", " | dictsort", " | string", " | round(", " | int", " | default(",
    " | min", " | urlencode", " | pprint", " is defined", " is sequence", " is eq(", " is in(", " not in ",
    " == ", " <= ", " ~ ", " * 99999", " ** 9", " // 0", " % 0", "[::-1]", "[1:]", ".split(", ".splitlines(",
    ".items()", ".keys()", ".get(", ".count(", ".replace(", ".format(", ".join(", ".cycle(", ".changed(",
    ".strip(", ".title()", "*x", "**x", "99999999999999999999", "1e308", "self", "super()", "include 'a'",
    "block a", "endblock", "generation", "endgeneration", "中́", "{% set ns = namespace(l=[1]) %}",
    "{% set ns.l = ns.l + ns.l %}", "{{ ns.l }}", "{% for i in range(99999) %}", "{% endfor %}", "ns.l",
    "[ns.l, ns.l]", "{'a': ns.l}", "ns", "x", "i", "m.content", "(1,)", "'x' * 99999", "| sum", "loop.index",
    "loop.previtem", "caller", "is sequence", "not ",
];

fuzz_target!(|bytes: &[u8]| {
    let mut source = String::new();
    for &byte in bytes {
        match byte.checked_sub(128) {
            None => source.push(char::from(byte)),
            Some(word) => source.push_str(WORDS[usize::from(word) % WORDS.len()]),
        }
    }
    let spelled = |token: &str| Some(token.to_owned());
    let template = match ChatTemplate::new(&source, spelled("<s>"), spelled("</s>")) {
        Ok(template) => template,
        Err(error) => return one_line(&error),
    };
    let talk = TALK.map(|(role, content)| Message::new(role, content));
    if let Err(error) = template.render(&talk, true) {
        one_line(&error);
    }
    let _ = template.behind_an_answer();
});

fn one_line(error: &anyhow::Error) {
    let told = format!("{error:#}");
    assert!(!told.contains(['\n', '\r']) && told.len() < 2000, "{told}");
}
