"""Conversations as Hugging Face transformers writes them down by chat templates.

Run from the repository root, with the versions that the golden's header names:

    pip install transformers==5.23.0 jinja2==3.1.6
    python test/golden/make/chat_template.py

Writes test/golden/chat-template.json. The templates are written for this test in the forms that LLaMA-2, LLaMA-3, Vicuna,
Qwen and Zephyr use; no checkpoint's own text is copied.
"""

import json
import pathlib

import jinja2
import transformers
from transformers.utils.chat_template_utils import render_jinja_template

golden = pathlib.Path(__file__).parents[1]
TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}
TEMPLATES = {
    "inst": "{% if messages[0]['role'] == 'system' %}{% set rest = messages[1:] %}{% set system = messages[0]['content'] %}"
    "{% else %}{% set rest = messages %}{% set system = false %}{% endif %}{% for message in rest %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('turns must alternate') }}{% endif %}"
    "{% if loop.index0 == 0 and system %}{% set content = '<<SYS>>\\n' + system + '\\n<</SYS>>\\n\\n' + message['content'] %}"
    "{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}"
    "{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}"
    "{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}",
    "header": "{{- bos_token }}\n{%- for message in messages %}\n    {{- '<|start|>' + message.role + '<|end|>\\n\\n' + "
    "message.content | trim + '<|eot|>' }}\n{%- endfor %}\n{%- if add_generation_prompt %}\n"
    "    {{- '<|start|>assistant<|end|>\\n\\n' }}\n{%- endif %}\n",
    "vicuna": "{% set ns = namespace(system='A chat.') %}{% for m in messages if m.role == 'system' %}"
    "{% set ns.system = m.content %}{% endfor %}{{ ns.system }}{% for m in messages %}{% if m.role == 'user' %}"
    "{{ ' USER: ' ~ m.content }}{% elif m.role == 'assistant' %}{{ ' ASSISTANT: ' ~ m.content ~ eos_token }}{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}{{ ' ASSISTANT:' }}{% endif %}",
}
CONVERSATIONS = {
    "one": [{"role": "user", "content": " Grüße, what's <b>this</b>? 漢字 🙂 "}],
    "system": [
        {"role": "system", "content": "Answer briefly."},
        {"role": "user", "content": "Who?"},
        {"role": "assistant", "content": "Me.\n"},
        {"role": "user", "content": "Why?"},
    ],
    "twice": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}],
}


def main():
    cases = []
    for form, template in TEMPLATES.items():
        for name, messages in CONVERSATIONS.items():
            try:
                text = render_jinja_template([messages], chat_template=template, add_generation_prompt=True, **TOKENS)[0][0]
            except jinja2.exceptions.TemplateError:
                text = None
            cases.append({"name": f"{form} {name}", "template": template, "messages": messages, "text": text})
    header = {
        "implementation": f"transformers {transformers.__version__}, jinja2 {jinja2.__version__}",
        "command": "python test/golden/make/chat_template.py",
    }
    record = {"header": header, "tokens": TOKENS, "cases": cases}
    (golden / "chat-template.json").write_text(json.dumps(record, indent=1) + "\n")


main()
