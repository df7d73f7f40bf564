"""What the rules of care look for in German, addressed as "du", "ihr" or "Sie"."""

from synth.script.care_clauses import Grammar, Sense
from synth.script.care_words import Words

GRAMMAR = Grammar(
    begins="und aber denn weil wenn falls ob sondern obwohl sobald",
    goes_on=(
        r"(?:oder|noch|ein|eine|einen|dass|als)\b|(?:du|ihr|sie|ich|er) soll"
        r"|(?:[^,.;:!?]* )?(?:zu \w+n|\w+zu\w+en)\b"
        r"|(?:in|an|zu|auf|bei|mit)? ?(?:der|die|das|den|dem|was)\b[^,.;:!?]*"
    ),
    supposes="""
        ^ wenn|falls|ob|sobald|sollte
        ... merkst|merken|bemerkst|spürst dass|ob
    """,
    wishes="^ möge|mögest|mögen|möget",
    requests="""
        ^ kannst|könntest|willst|würdest|möchtest du
        ^ können|könnten|würden|wollen|möchten sie
        ^ warum nicht
    """,
    negates="nicht|nie|niemals|kein*|nichts|niemand*|weder|ohne|keinesfalls|keineswegs",
    seems_to="""
        nicht nur
        kein|keine zweifel|frage
        ohne zweifel|frage
        nichts ausser|als
        warum ... nicht
    """,
    negates_all=True,
    spelled={
        "auf keinen fall": "keinesfalls",
        "ß": "ss",
    },
    lists={
        "eyes": "auge augen lider augenlider blick",
        "body": """
            herz herzen brust bauch wange wangen gesicht arm arme schulter schultern hals nacken kopf stirn bein beine
            knie körper schläfen kiefer {*
        """,
        "hand": "hand hände händen handfläche handflächen finger fingerspitzen",
        "trouble": """
            schmerz schmerzen leid leiden angst ängste stress trauer traurigkeit kummer depression depressionen panik
            trauma traumata sorge sorgen krankheit schlaflosigkeit wut scham einsamkeit *schmerzen problem probleme
            panikattacke panikattacken
        """,
        "medicine": """
            medikament medikamente medikamenten medizin arznei tablette tabletten pille pillen tropfen antidepressiva
            antidepressivum insulin rezept behandlung therapie dosis
        """,
        "helper": "arzt ärztin ärzte therapeut therapeutin psychiater psychiaterin",
        "back": """
            geh gehe geht gehen kehr kehre kehrt kehren komm erinner* denk denke denkt denken ruf rufe rufen stell
            stelle stellen sieh sehen spür spüre versetz* hol hole holt tritt kannst können
        """,
        "awful": "schrecklich* furchtbar* entsetzlich* grauenhaft* grausam* traumatisch*",
        "time": "nacht tag tage abend morgen moment augenblick stunde zeit erinnerung erlebnis ereignis",
        "your": "dein deine deinen deinem deiner eure euren eurer ihre ihren ihrem ihrer die das den der dem alle",
        "breath": "atem luft atemzug",
        "worst": """
            vergewaltiger* überfalls dich_schlug täter* demütigendst* beschämendst* unfalls missbrauchs schlimmst*
            dunkelst* furchtbarst* schrecklichst* schmerzlichst* schmerzhaftest* trauma traumata traumatisch* missbrauch
            vergewaltigung unfall überfall entsetzen grauen tiefst*_wunde* am_meisten_verletzt* am_meisten_weh angetan
        """,
    },
)

GERMAN = Words(
    grammar=GRAMMAR,
    eyes=Sense("<eyes>"),
    eyes_choice=Sense(
        said="""
            <eyes> ... offen|oder
            offen ... <eyes>
            oder ... <eyes>
            lass|lasst|lassen|lässt sie offen
            wenn|falls|ob du|ihr|sie|es|dir
            wann immer
            wie du|ihr|sie magst|willst|möchtest|möchten|wollen|mögt
            lieber|freiwillig
            entscheidest|entscheiden
        """,
        denied="muss|musst|müsst|müssen|brauchst|braucht|brauchen|nötig|notwendig",
        unless="""
            ^ und? öffn*
            auch_wenn
        """,
    ),
    eyes_taken=Sense(
        said="""
            halt|halte|haltet|halten|lass|lasst|lassen ... <eyes>|sie ... geschlossen|zu
            <eyes> ... müssen ... geschlossen|zu
            öffn* die|deine|ihre|eure? <eyes>|sie erst
        """,
        denied="""
            öffn* ... <eyes>|sie
            darfst|dürft|dürfen|sollst|sollen ... <eyes> ... öffnen
        """,
        unless="""
            muss|musst|müssen|brauch*|nötig ... nicht
            nicht nötig
        """,
    ),
    posture=Sense(
        said="""
            sitz*|setz*|lieg*|leg|legt|legst|legen dich|euch|sich?
            sitz|sitze|sitzt|sitzen|liegen|liegt|liegst|stehen
            steh|stell|stellt|knie|knien|hinleg*|lehn*|hinsetz*|richt*
            haltung|position|lage|beweg*|streck*|bequem|stillhalten|aufrecht|rücken
        """,
    ),
    posture_choice=Sense(
        said="""
            oder|kannst|könnt|können|könntest|darfst|dürft|dürfen|magst|möchtest|möchten|jederzeit|vielleicht
            wenn|falls|ob
            wie|wann immer|auch|du|ihr|sie
            die dir|euch|ihnen|dich ... gut_tut|guttut
            bequem|jede
            wie ... gut anfühlt
            so viel|lange|oft du|ihr|sie|wie
        """,
        denied="muss|musst|müsst|müssen|brauchst|braucht|brauchen|nötig|notwendig",
        unless="egal|auch_wenn|ohne",
    ),
    posture_taken=Sense(
        said="musst|müsst|müssen ... still|reglos",
        denied="""
            ^ und? beweg*|rühr*|streck*
            darfst|dürft|dürfen ... bewegen|hinlegen|hinsetzen|rühren
        """,
        unless="""
            brauch*|nötig
            weg|fort
        """,
    ),
    stop=Sense(
        said="""
            aufhör*|aufzuhören|hör|hört|hören ... auf
            aufhör*|aufzuhören|abbrech*|abzubrechen|beend*|gehen|aussteigen|auszusteigen|ausschalt*|bleib*
            weitermach*|weiterzumachen|pause|unterbrech*|anhalten
            zu ende
            alles|mitmachen|aufstehen
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
            jederzeit|wann|möglich|frei
            in ordnung
            wenn|falls ... musst|müssen|zu_viel|zuviel|magst|möchtest|möchten|willst|wollen
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
        unless="""
            brauch*|nötig
            auf zu|die|den|das
            aufhören zu
        """,
    ),
    ground=Sense(
        said="""
            fuss|füsse|füssen|fusssohlen|sohlen|zehen|fersen|hand
            hände|händen|boden|erde|stuhl|sessel|kissen|matratze|bett
            gewicht|decke|decken
            was ... unter|trägt
            trägt|hält|tragen|halten dich|euch|sie
            geräusch*|hör|hörst|hören|lausch*
            raum|zimmer|schau|schaut|schauen|ansehen|umsehen
            du bist hier
        """,
        unless="""
            hör*|aufhör* auf zu
            hand ... herz|brust|bauch
        """,
    ),
    touch=Sense(
        said="""
            <hand> ... auf|an|über|um|gegen <your>|dein? <body>
            <hand> ... zum|zur|ans|aufs <body>
            dich|euch|sich in den arm
            reib|reibe|reiben <your> <body>
            <body> ... in|mit beide|deine|die|ihre? <hand>
            umarm* dich|euch|sich
            umarmung
            halt|halte|halten|nimm deine|ihre eigene
            streichl*|streichel*|massier*|berühr* ... <body>
            bedeck* ... <body>
            drück|drücke|drückt dich|euch selbst
            halt|halte dein|deine <body>
            halt|halte|halten ... dein|ihr gesicht
            arme um dich|euch|sich
        """,
        unless="berühren ... andere",
    ),
    either=Sense("oder"),
    otherwise=Sense(
        said="""
            wenn|falls ... magst|möchtest|möchten|willst|lieber|berührung
            andere|anderen|anderer stelle|ort|platz
            stattdessen|woanders|anderswo|lieber
            ohne|keine berührung
            nicht ... willkommen|angenehm|gut
        """,
    ),
    breath=Sense(
        said="""
            atem|atems|atemzug|atemzüge|atemzügen|atmung|atme|atmet|atmen|atmest|einatmen|ausatmen|einatme|ausatme
            luft ... nase|lungen
        """,
    ),
    cure=Sense(
        said="""
            heilt|heilst|kuriert
            wird|werden|kann|können|zu ... heilen|kurieren
            wirst|werden|bist|sind geheilt
            <trouble> ... wird|werden ... weg|fort|verschwinden|gehen|verlassen|enden|aufhören|vergehen|auflösen
            die|eine|deine heilung
            verabschied* ... <trouble>
            wirst|werdet|werden gesund
            hat|haben ... <trouble> ... verlassen
            versprech* dir|ihnen|euch|dass
            nimmt|nehmen alle|allen|jede|jeden ... <trouble>
            wird|werden ... <trouble> ... verlassen|verschwinden|weg|fort
            <trouble> verschwunden
            <trouble> ... löst|lösen sich auf
            ist|sind ... <trouble> ... weg|fort|vorbei
            beseitigt|vertreibt|löscht|entfernt ... <trouble>
            nimmt|nehmen dir|ihnen|euch ... <trouble>
            frei von ... <trouble>
            heilmittel
            garantier*|erwiesen|bewiesen
            wissenschaft|forschung|studien|studie zeigt|zeigen|beweist|beweisen|sagt|sagen|belegen
            wirkt|hilft immer|allen|jedem
        """,
        denied="""
            <trouble> ... haben|geben|spüren
            wirst|werden ... <trouble>|ängstlich|traurig ... sein|haben
            wirst|werdet|werden ... wieder leiden
        """,
        unless="muss|musst|müssen|vielleicht",
    ),
    medical_advice=Sense(
        said="""
            aufhör*|hör* ... <medicine> ... nehmen
            setz|setze|setzt|setzen ... <medicine> ... ab
            <medicine> absetzen|abzusetzen|weglassen|wegzulassen|abbrechen|abzubrechen|wegwerfen
            wirf|werft|werfen|spül|spüle ... <medicine> ... weg|fort|herunter|hinunter
            lass|lasst|lassen ... <medicine> ... aus|weg|liegen
            verringer*|halbier*|verdoppel*|verdopple|erhöh*|senk*|reduzier*|änder* ... <medicine>
            brich|brecht|brechen ... <medicine> ... ab
            wirf|werft|werfen ... <medicine> ... müll|klo|toilette
            verzicht*|vergiss|vergesst ... <medicine>|<helper>
            <medicine> ist|sind|macht *? zeitverschwendung|nutzlos|überflüssig|gift
            ersetzt|ersetzen ... <medicine>|<helper>
            statt|anstelle|anstatt ... <medicine>|<helper>
            doppelte|halbe|mehr|weniger dosis
            besser als ... <medicine>|<helper>
        """,
        denied="""
            ^ nimm|nehmt|nehmen sie? ... <medicine>
            brauchst|braucht|brauchen ... <medicine>|<helper> $
            brauchst|braucht|brauchen ... <medicine>|<helper> mehr|länger
            ohne <your>? <medicine>
            <medicine>|<helper> ... nötig|notwendig|braucht|brauchen|brauchst
            hör|hört|hören ... auf <your>|deinen? <helper>
        """,
        unless="""
            ohne ... zu fragen
            musst|müssen|brauchst|brauchen ... absetzen|abbrechen|abzusetzen|abzubrechen
        """,
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
            behalt*|halt* ihn|sie drin|drinnen
            atme|atmet|atmen ... so viel|fest|heftig du|sie|ihr|wie
            setz|setze|setzt|setzen <your> <breath> aus
            puste|pustet|blas|blase ... kräftig|fest|stark
            bleib|bleibt|bleiben leer
            ^ anhalten $
            tiefsten|grössten <breath>
            ^ und? atme|atmet hastig|schnell|heftig
            lungen voll
            ^ hechle|hechel|hechelt|keuch|keuche
            ^ und? immer? schneller|heftiger $
        """,
        denied="""
            ^ und? atme|atmet|atmen ... bis|mehr
            ^ und? atme|atmet|atmen sie? nicht ein|aus? $
            ^ und? lass|lasst|lassen ... <breath> ... heraus|raus|los|hinaus
        """,
        unless="musst|müssen|brauch*|nötig",
    ),
    reliving=Sense(
        said="""
            <back> ... <worst>
            <back> ... <awful> <time>
            wieder|zurück in|zu|an ... <worst>
            tiefer in ... <trouble>
            lass|lasst|lassen ... <worst> ... aufsteigen|kommen|auftauchen|hochkommen
            durchleb*
        """,
        unless="""
            muss|musst|müssen|nötig
            weit ... von|vom
        """,
    ),
)
