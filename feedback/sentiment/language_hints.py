"""Small words that give a language away. Words that two of these languages share stand in neither list:
"die", "was" and "war" are English and German, "a" and "no" belong to half of Europe.
"""

HINTS: dict[str, frozenset[str]] = {
    "en": frozenset(
        "the and is are were been being have has had having with this that these those they them their there where which who "
        "what when why how very would could should can't couldn't won't wouldn't don't doesn't didn't isn't wasn't aren't "
        "weren't haven't hasn't it's i'm i've you're they're we're that's not my your our his her its you she he we it of to "
        "for from by about because but more than then always never nothing everything anything something please thank thanks "
        "good great nice bad excellent fantastic amazing awful terrible love loved like helpful friendly staff service care "
        "time quick quickly slow easy clean dirty rude kind caring wonderful brilliant lovely happy poor better best worst "
        "perfect professional efficient explained listened waiting waited wait nurse nurses doctor doctors food room "
        "everyone all too also just only really much many some any get got make made go went do does did did've being one "
        "if or as at on so up out after before again".split()
    ),
    "de": frozenset(
        "der das und ist nicht ich wir sie ein eine einen einem einer mit für auf von zu zum zur bei auch sehr aber oder wenn "
        "nur noch schon immer nie kein keine keinen alles gut gute guter schlecht schlechter super freundlich lieferung "
        "wurde wurden haben habe hatte sind bin danke leider unfreundlich schnell langsam preis kundenservice mitarbeiter "
        "dass daß weil wie mich mir uns euch ihr ihre ihren sein seine bitte zufrieden toll schön über nach aus".split()
    ),
    "fr": frozenset(
        "le les des une est et pas très je nous vous ils elles mon ma mes avec pour dans sur mais ou où que qui quoi c'est "
        "j'ai était sont ont été bon bonne bien mauvais mauvaise merci rapide lent accueil livraison produit toujours jamais "
        "rien tout toute trop peu du au aux ce cette ces son sa ses leur notre votre".split()
    ),
    "es": frozenset(
        "el los las una es y muy pero con por que qué para del está están son fue yo nosotros ellos mi mis su sus bueno buena "
        "malo mala gracias servicio atención excelente rápido lento siempre nunca nada todo más también porque cuando como "
        "estoy tengo hay bien mal lo se al un".split()
    ),
    "pt": frozenset(
        "os uma é e muito muita não com por que para foi são está estão eu nós eles meu minha meus bom boa ruim péssimo ótimo "
        "ótima obrigado obrigada atendimento entrega produto sempre nunca nada tudo mais também porque quando como do da dos "
        "das na nos nas em um ao pelo pela recomendo chegou veio recebi prazo antes bem".split()
    ),
    "it": frozenset(
        "il gli una è e molto ma con per che di del della dei delle sono era stato io noi loro mio mia buono buona cattivo "
        "grazie servizio ottimo pessimo sempre mai niente tutto più anche perché quando come non ho hanno".split()
    ),
    "nl": frozenset(
        "het een en niet ik wij zij met voor van op bij ook zeer erg maar als nog altijd nooit geen alles goed goede slecht "
        "snel langzaam vriendelijk bedankt service zijn waren heb hebben wel naar uit mijn onze jullie deze dit".split()
    ),
    "id": frozenset(
        "yang dan di dengan untuk tidak ini itu saya kami mereka sangat tapi tetapi dari ke pada adalah ada sudah belum "
        "bagus jelek baik buruk enak ramah pelayanan kamar bersih kotor harga terima kasih sekali banyak kurang lebih juga "
        "bisa nya nggak gak tak karena kalau".split()
    ),
    "pl": frozenset("jest nie się bardzo dobry dobra ale dla przez tak jak był była dziękuję obsługa szybko".split()),
    "tr": frozenset("ve bir bu çok değil için ama güzel kötü iyi teşekkürler hizmet hızlı yavaş daha".split()),
    "sv": frozenset("och är inte jag vi det som på av med för mycket bra dålig tack personal trevlig snabb".split()),
}
SHARED = {
    word
    for code, words in HINTS.items()
    for word in words
    if sum(word in others for others in HINTS.values()) > 1
}
HINTS = {code: words - SHARED for code, words in HINTS.items()}
