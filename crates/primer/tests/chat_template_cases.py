"""Writes chat_template_cases.json: what transformers makes of conversations, by templates of published shapes.

    python chat_template_cases.py > chat_template_cases.json
    python chat_template_cases.py /path/to/tokenizer_config.json ... > /tmp/cases.json

The templates below are ours, in the shapes of those that Llama 2, Llama 3.1, Mistral, ChatML, Qwen3, Gemma and Phi-4
come with: the same tags, methods and ways to treat white space. Published templates themselves are compared by the
second form, with the templates of the files that are named.
"""

import json
import sys
from pathlib import Path

from transformers.utils.chat_template_utils import render_jinja_template

TEMPLATES = {
    "chatml": """{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}
{% if add_generation_prompt %}
{{ '<|im_start|>assistant\n' }}
{% endif %}""",
    "default system": """{% for message in messages %}
    {% if loop.first and message.role != 'system' %}
<|im_start|>system
Be kind.<|im_end|>
    {% endif %}
{{ '<|im_start|>' ~ message.role }}
{{ message.content | trim }}<|im_end|>
{% endfor %}
{%- if add_generation_prompt -%} <|im_start|>assistant
{% endif %}""",
    "llama 2": """{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set told = messages[0]['content'] %}{% else %}{% set rest = messages %}{% set told = false %}{% endif %}{% for message in rest %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('user and assistant must take turns') }}{% endif %}{% if loop.index0 == 0 and told != false %}{% set content = '<<SYS>>\\n' + told + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}""",
    "llama 3.1": """{{- bos_token }}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%Y") | length %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\n\n" }}
{%- if tools is not none %}
    {{- "Environment: ipython\n" }}
{%- endif %}
{{- "Today: " + date_string|string + "\n\n" }}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\n\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if not message.tool_calls|length == 1 %}
            {{- raise_exception("one call at a time") }}
        {%- endif %}
        {{- message.tool_calls[0].function.arguments | tojson }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}
{%- endif %}
""",
    "mistral": """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace() %}
{%- set ns.index = 0 %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("roles must take turns") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST] " + system_message + "\n\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + message["content"] + "[/INST]" }}
        {%- endif %}
        {{- "(" ~ (user_messages | length) ~ ")" if message == user_messages[-1] else "" }}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- endif %}
{%- endfor %}
""",
    "thinking": """{%- set ns = namespace(open=true, last=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.open and message.role == "user" and not(message.content.startswith('<r>') and message.content.endswith('</r>')) %}
        {%- set ns.open = false %}
        {%- set ns.last = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if message.role == "user" or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\n' + content + '<|im_end|>' + '\n' }}
    {%- elif message.role == "assistant" %}
        {%- set thought = '' %}
        {%- if '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\n').split('<think>')[-1].lstrip('\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\n') %}
        {%- endif %}
        {%- if loop.index0 > ns.last and (loop.last or thought) %}
            {{- '<|im_start|>' + message.role + '\n<think>\n' + thought.strip('\n') + '\n</think>\n\n' + content.lstrip('\n') }}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\n\n</think>\n\n' }}
    {%- endif %}
{%- endif %}""",
    "pieces": """{% macro turn(role, text='-') -%}
<{{ role|upper }}>{{ text }}</{{ role.title() }}>
{%- endmacro %}
{% for message in messages %}
{%- if message.role == 'system' %}{% continue %}{% endif %}
{{ '<|' + message['role'] + '|>' }}{{ turn(message.role, text=message.content.replace('\n', ' ')) }}
{%- for key, value in message.items() %}{{ key }}={{ value|length }};{% endfor %}
{{- message | tojson }}{{ message.get('name', 'nobody') }}{{ message.keys() | list | join('+') }}
{%- generation %}{{ [1, 2.5, none, true, {"a": []}] | tojson }}{% endgeneration %}
{%- if loop.index > 3 %}{% break %}{% endif %}
{% endfor %}
{{- {'b': 1, 'a': 'é<&>\\''} | tojson(indent=2) }}{{ messages | map(attribute='role') | join(',') }}
{{- '%d' | format(3) }}{{ messages[-1].content[:3] }}{{ messages | last | string | length > 9 }}""".replace("{%- generation %}", "{% generation %}"),
}

USER = {"role": "user", "content": "Hi, who are you?"}
TALKS = {
    "one": [USER],
    "told": [{"role": "system", "content": " Be short.\n"}, USER],
    "long": [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "  a < b & \"c\"\n\n é 中 🙂 "},
        {"role": "assistant", "content": "<think>\nSo …\n</think>\n\nA.\n"},
        {"role": "user", "content": "<r>and</r>"},
        {"role": "assistant", "content": "\n B"},
        {"role": "user", "content": "{{ 7 * 7 }}{% raw %}"},
    ],
    "wrong": [USER, USER],
    "ends with an answer": [USER, {"role": "assistant", "content": "I am a model. "}],
}


def cases(templates):
    for name, (template, bos, eos) in templates.items():
        for talk, messages in TALKS.items():
            for answer in (True, False):
                case = dict(template=name, talk=talk, answer=answer)
                spelled = {key: value for key, value in (("bos_token", bos), ("eos_token", eos)) if value}
                try:
                    texts, _ = render_jinja_template([messages], chat_template=template, add_generation_prompt=answer, **spelled)
                    case["text"] = texts[0]
                except Exception as error:
                    case["text"], case["refused"] = None, str(error)
                yield case


def published(path):
    config = json.loads(Path(path).read_text())
    spelled = [token["content"] if isinstance(token, dict) else token for token in (config.get("bos_token"), config.get("eos_token"))]
    return config["chat_template"], *spelled


if __name__ == "__main__":
    if paths := sys.argv[1:]:
        templates = {path: published(path) for path in paths}
    else:
        templates = {name: (template, "<s>", "</s>") for name, template in TEMPLATES.items()}
    whole = dict(
        templates={name: dict(source=source, bos=bos, eos=eos) for name, (source, bos, eos) in templates.items()},
        talks=TALKS,
        cases=list(cases(templates)),
    )
    print(json.dumps(whole, ensure_ascii=False, indent=0))
