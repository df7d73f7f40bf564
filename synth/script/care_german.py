"""What the rules of care look for in German, addressed as "du", "ihr" or "Sie"."""

from synth.script.care_clauses import Grammar, Sense
from synth.script.care_words import Words

GRAMMAR = Grammar(
    begins="und aber denn weil wenn falls ob sondern obwohl sobald",
    goes_on=r"(?:oder|noch|ein|eine|einen|dass|als)\b|(?:du|ihr|sie|ich|er) soll|(?:[^,.;:!?]* )?(?:zu \w+n|\w+zu\w+en)\b|"
            r"(?:in|an|zu|auf|bei|mit)? ?(?:der|die|das|den|dem|was)\b[^,.;:!?]*",
    supposes="^ wenn|falls|ob|sobald|sollte\n ... merkst|merken|bemerkst|spürst dass|ob",
    wishes="^ möge|mögest|mögen|möget",
    requests="^ kannst|könntest|willst|würdest|möchtest du\n ^ können|könnten|würden|wollen|möchten sie\n ^ warum nicht",
    negates="nicht|nie|niemals|kein*|nichts|niemand*|weder|ohne|keinesfalls|keineswegs",
    seems_to="nicht nur\n kein|keine zweifel|frage\n ohne zweifel|frage\n nichts ausser|als\n warum ... nicht",
    negates_all=True,
    spelled={"auf keinen fall": "keinesfalls", "ß": "ss"},
    lists={
        "eyes": "auge augen lider augenlider blick",
        "body": "herz herzen brust bauch wange wangen gesicht arm arme schulter schultern hals nacken kopf stirn bein "
                "beine knie körper {*",
        "hand": "hand hände händen handfläche handflächen finger",
        "trouble": "schmerz schmerzen leid leiden angst ängste stress trauer traurigkeit kummer depression depressionen "
                   "panik trauma traumata sorge sorgen krankheit schlaflosigkeit wut scham einsamkeit",
        "medicine": "medikament medikamente medikamenten medizin arznei tablette tabletten pille pillen tropfen "
                    "antidepressiva antidepressivum insulin rezept behandlung therapie dosis",
        "helper": "arzt ärztin ärzte therapeut therapeutin psychiater psychiaterin",
        "your": "dein deine deinen deinem deiner eure euren eurer ihre ihren ihrem ihrer die das den der dem alle",
        "breath": "atem luft atemzug",
        "worst": "schlimmst* dunkelst* furchtbarst* schrecklichst* schmerzlichst* schmerzhaftest* trauma traumata "
                 "traumatisch* missbrauch vergewaltigung unfall überfall entsetzen grauen tiefst*_wunde* "
                 "am_meisten_verletzt* am_meisten_weh",
    },
)  # fmt: skip

GERMAN = Words(
    grammar=GRAMMAR,
    eyes=Sense("<eyes>"),
    eyes_choice=Sense(
        said="""
            <eyes> ... offen|oder
            offen ... <eyes>
            oder ... <eyes>
            wenn|falls|ob du|ihr|sie|es|dir
            wann immer
            wie du|ihr|sie magst|willst|möchtest|möchten|wollen|mögt
            lieber
            entscheidest|entscheiden
        """,
        denied="muss|musst|müsst|müssen|brauchst|braucht|brauchen|nötig|notwendig",
        unless="^ und? öffn*\n auch_wenn",
    ),
    eyes_taken=Sense(
        said="""
            halt|halte|haltet|halten|lass|lasst|lassen ... <eyes>|sie ... geschlossen|zu
            <eyes> ... müssen ... geschlossen|zu
            öffn* die|deine|ihre|eure? <eyes>|sie erst
        """,
        denied="öffn* ... <eyes>|sie\n darfst|dürft|dürfen|sollst|sollen ... <eyes> ... öffnen",
        unless="muss|musst|müssen|brauch*|nötig ... nicht\n nicht nötig",
    ),
    posture=Sense("""
        sitz*|setz*|lieg*|leg|legt|legst|legen dich|euch|sich?
        sitz|sitze|sitzt|sitzen|liegen|liegt|liegst|stehen|steh|stell|stellt|knie|knien|hinleg*|lehn*|hinsetz*
        haltung|position|lage|beweg*|streck*|bequem|stillhalten|aufrecht|rücken
    """),
    posture_choice=Sense(
        said="""
            oder|kannst|könnt|können|könntest|darfst|dürft|dürfen|magst|möchtest|möchten|jederzeit|vielleicht
            wenn|falls|ob
            wie|wann immer|auch|du|ihr|sie
            die dir|euch|ihnen|dich ... gut_tut|guttut
            bequem
        """,
        denied="muss|musst|müsst|müssen|brauchst|braucht|brauchen|nötig|notwendig",
        unless="egal|auch_wenn|ohne",
    ),
    posture_taken=Sense(
        said="musst|müsst|müssen ... still|reglos",
        denied="^ und? beweg*|rühr*|streck*\n darfst|dürft|dürfen ... bewegen|hinlegen|hinsetzen|rühren",
        unless="brauch*|nötig\n weg|fort",
    ),
    stop=Sense(
        """
            aufhör*|aufzuhören|hör|hört|hören ... auf
            aufhör*|aufzuhören|abbrech*|abzubrechen|beend*|gehen|aussteigen|auszusteigen|ausschalt*|bleib*
            weitermach*|weiterzumachen|pause|unterbrech*|anhalten
            zu ende
        """,
        unless="""
            aufhör*|aufzuhören zu
            hör*|hörst ... auf zu
            hör* ... auf die|den|das
            augen
        """,
    ),
    stop_choice=Sense(
        said="""
            kannst|könnt|können|könntest|darfst|dürft|dürfen
            jederzeit|wann
            in ordnung
            wenn|falls ... zu_viel|zuviel|magst|möchtest|möchten|willst|wollen
        """,
        denied="muss|musst|müsst|müssen|brauchst|braucht|brauchen|nötig|notwendig|zwingt|zwingen|hält",
        unless="auch_wenn",
    ),
    stop_taken=Sense(
        said="musst|müsst|müssen ... bleiben|weitermachen|durchhalten",
        denied="""
            ^ und? hör|hört|hören|brich|brecht|geh|geht|unterbrich ... auf|ab|weg|mittendrin
            darfst|dürft|dürfen|kannst|können ... aufhören|gehen|abbrechen
            es gibt ... zurück
        """,
        unless="brauch*|nötig\n auf zu|die|den|das\n aufhören zu",
    ),
    ground=Sense(
        said="""
            fuss|füsse|füssen|fusssohlen|sohlen|zehen|fersen|hand|hände|händen|boden|erde|stuhl|sessel|kissen|matratze|bett
            gewicht|decke|decken
            was ... unter|trägt
            trägt|hält|tragen|halten dich|euch|sie
            geräusch*|hör|hörst|hören|lausch*
            raum|zimmer|schau|schaut|schauen|ansehen|umsehen
            du bist hier
        """,
        unless="hör*|aufhör* auf zu\n hand ... herz|brust|bauch",
    ),
    touch=Sense(
        said="""
            <hand> ... auf|an|über|um|gegen <your>|dein? <body>
            <body> ... in|mit beide|deine|die|ihre? <hand>
            umarm* dich|euch|sich
            umarmung
            halt|halte|halten|nimm deine|ihre eigene
            streichl*|streichel*|massier*|berühr* ... <body>
            arme um dich|euch|sich
        """,
        unless="berühren ... andere",
    ),
    either=Sense("oder"),
    otherwise=Sense("""
        wenn|falls ... magst|möchtest|möchten|willst|lieber|berührung
        andere|anderen|anderer stelle|ort|platz
        stattdessen|woanders|anderswo|lieber
        ohne|keine berührung
        nicht ... willkommen|angenehm|gut
    """),
    breath=Sense("""
        atem|atems|atemzug|atemzüge|atemzügen|atmung|atme|atmet|atmen|atmest|einatmen|ausatmen|einatme|ausatme
        luft ... nase|lungen
    """),
    cure=Sense(
        said="""
            heilt|heilst|kuriert
            wird|werden|kann|können|zu ... heilen|kurieren
            wirst|werden|bist|sind geheilt
            <trouble> ... wird|werden ... weg|fort|verschwinden|gehen|verlassen|enden|aufhören|vergehen
            wird|werden ... <trouble> ... verlassen|verschwinden|weg|fort
            <trouble> verschwunden
            nimmt|nehmen dir|ihnen|euch ... <trouble>
            frei von ... <trouble>
            heilmittel
            garantier*|garantiert|erwiesen|bewiesen
            wissenschaft|forschung|studien|studie zeigt|zeigen|beweist|beweisen|sagt|sagen|belegen
            wirkt|hilft immer|allen|jedem
        """,
        denied="<trouble> ... haben|geben|spüren\n wirst|werden ... <trouble>|ängstlich|traurig ... sein|haben",
        unless="muss|musst|müssen",
    ),
    medical_advice=Sense(
        said="""
            aufhör*|hör* ... <medicine> ... nehmen
            setz|setze|setzt|setzen ... <medicine> ... ab
            <medicine> absetzen|abzusetzen|weglassen|wegzulassen|abbrechen|abzubrechen|wegwerfen
            wirf|werft|werfen|spül|spüle ... <medicine> ... weg|fort|herunter|hinunter
            lass|lasst|lassen ... <medicine> ... aus|weg|liegen
            verringer*|halbier*|verdoppel*|verdopple|erhöh*|senk*|reduzier*|reduzieren|änder* ... <medicine>
            brich|brecht|brechen ... <medicine> ... ab
            ersetzt|ersetzen ... <medicine>|<helper>
            statt|anstelle|anstatt ... <medicine>|<helper>
            doppelte|halbe|mehr|weniger dosis
            besser als ... <medicine>|<helper>
        """,
        denied="""
            ^ nimm|nehmt|nehmen sie? ... <medicine>
            brauchst|braucht|brauchen ... <medicine>|<helper> $
            brauchst|braucht|brauchen ... <medicine>|<helper> mehr|länger
            ohne ... <medicine>|<helper> ... leben|auskommen|schlafen
        """,
        unless="ohne ... zu fragen\n musst|müssen|brauchst|brauchen ... absetzen|abbrechen|abzusetzen|abzubrechen",
    ),
    forced_breath=Sense(
        said="""
            halt|halte|haltet|halten ... <breath> ... an
            <breath> ... anhalten|anzuhalten|anhältst
            press|presse|drück|drücke|stoss|stosse|zwing|zwinge|erzwing|erzwinge ... <breath>|atem
            atme|atmet|atmen ... so schnell|tief|kräftig|heftig|lang|lange du|ihr|sie
            atme|atmet|atmen ... schneller|heftiger
            behalt|behalte|behaltet|behalten ... <breath> ... drin|drinnen|in
            füll|fülle|füllt|füllen ... lungen ... platzen|bersten
            hör|höre|hört|hören ... auf zu atmen
        """,
        denied="^ und? atme|atmet|atmen ... bis|mehr\n ^ und? atme|atmet|atmen nicht $\n ^ und? lass|lasst|lassen ... <breath> ... heraus|raus|los|hinaus",
        unless="musst|müssen|brauch*|nötig",
    ),
    reliving=Sense(
        said="""
            geh|gehe|geht|kehr|kehre|kehrt|komm|erinner*|denk|denke|denkt|ruf|rufe|stell|stelle|sieh|sehen|spür|spüre ... <worst>
            kannst|können|kehren|gehen|denken|stellen|rufen ... <worst>
            wieder|zurück in|zu|an ... <worst>
            durchleb*|durchlebe
        """,
        unless="wenn|lass\n musst|müssen|nötig",
    ),
)  # fmt: skip
