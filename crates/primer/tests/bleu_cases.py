"""BLEU as sacreBLEU counts it, for the tests of `primer::bleu`.

    python crates/primer/tests/bleu_cases.py > crates/primer/tests/bleu_cases.json

It needs `sacrebleu` alone, from any environment (`benches/peers/.venv/bin/python`).
"""

import json

from sacrebleu.metrics import BLEU

# Each case is a list of what was said, with its references.
CASES = {
    "word for word": [("La fille mange une pomme rouge.", ["La fille mange une pomme rouge."])],
    "one word off": [("La fille mange une pomme verte.", ["La fille mange une pomme rouge."])],
    "counted together, divided once": [
        ("La fille mange une pomme rouge.", ["La fille mange une pomme rouge."]),
        ("Le chat dort dans le jardin.", ["Le chien dort dans la cuisine."]),
        ("Où habites-tu ?", ["Où habites-tu ?"]),
    ],
    "no run of four, and none of three": [("Le chat voit un chien et une pomme", ["Le chat mange un chien noir"])],
    "no word in common": [("Un deux trois quatre cinq", ["La fille mange une pomme"])],
    "nothing said": [("", ["La fille mange une pomme."])],
    "nothing said once": [
        ("", ["La fille mange."]),
        ("Le chat dort dans le grand jardin.", ["Le chat dort dans le grand jardin."]),
    ],
    "too short for a run of four": [("Le chat dort", ["Le chat dort"])],
    "short beside long": [("Le chat dort dans le jardin", ["Le chat dort dans le jardin de la grande maison."])],
    "long beside short": [("Le chat dort dans le jardin de la maison", ["Le chat dort dans le jardin."])],
    "no word counts twice": [("le le le le le chat", ["le chat dort sous le lit"])],
    "nor once for each reference": [("le le chat dort dans le lit", ["le chat dort ici", "le chat dort dans un lit"])],
    "several references": [
        ("Je te vois demain, mon ami.", ["Je te verrai demain, mon ami.", "Je te vois demain, ami.", "À demain !"]),
        ("Vas-y vite, cours !", ["Cours !", "Allez, cours vite, vas-y !"]),
    ],
    "of two as near, the shorter": [("un deux trois quatre cinq", ["un deux trois quatre", "un deux trois quatre x six"])],
    "numbers": [
        ("Il a payé 1,500.50 euros, pas 20-30.", ["Il a payé 1,500.50 euros , pas 20 - 30 ."]),
        ("En 1999, elle avait 3.14 et .5 et 7, 8.", ["En 1999 , elle avait 3.14 et . 5 et 7 , 8 ."]),
    ],
    "signs": [
        ('"C\'est l\'été", dit-il (hier) à 10h: peut-être...', ['" C\'est l\'été " , dit-il ( hier ) à 10h : peut-être . . .']),
        ("Tom &amp; Anne &quot;dansent&quot; &lt;ici&gt; a,b.c!?", ['Tom & Anne " dansent " < ici > a , b . c ! ?']),
        ("« Oui », dit-elle – enfin…\u202f!", ["« Oui » , dit-elle – enfin…\u202f!"]),
    ],
    "case matters": [("le Chat dort dans la cuisine.", ["Le chat dort dans la cuisine."])],
}


def score(pairs):
    most = max(len(references) for _, references in pairs)
    rows = [[references[i] if i < len(references) else None for _, references in pairs] for i in range(most)]
    return BLEU().corpus_score([said for said, _ in pairs], rows).score


if __name__ == "__main__":
    cases = [{"name": name, "pairs": pairs, "bleu": round(score(pairs), 9)} for name, pairs in CASES.items()]
    print(json.dumps(cases, ensure_ascii=False, indent=1))
