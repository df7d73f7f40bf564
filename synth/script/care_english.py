"""What the rules of care look for in English."""

from synth.script.care_clauses import Grammar, Sense
from synth.script.care_words import Words

GRAMMAR = Grammar(
    begins="and but because if whether unless although though so while then",
    goes_on=r"(?:or|nor|a|an|any|anything|ever)\b",
    supposes="^ if|whether|unless|when|whenever|once|in_case\n ... notice|see|feel|know if|whether",
    wishes="^ may",
    requests="^ can|could|will|would|may you\n ^ why not|do_not\n ^ what_about|how_about",
    negates="not|no|never|nothing|nobody|none|neither|nor|without|cannot|hardly",
    seems_to="""
        not only|just|least
        no|not matter|doubt
        without doubt|question
        nothing but
        ^ why not
        ^ why do not
        ^ not|no|never $
    """,
    spelled={
        "can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "n't": " not",
        "'ll": " will", "'re": " are", "'ve": " have", "no one": "nobody",
    },
    lists={
        "eyes": "eyes eye eyelids lids gaze",
        "body": "heart chest belly stomach abdomen cheek cheeks face arm arms shoulder shoulders neck throat head "
                "forehead leg legs knee knees body {*",
        "hand": "hand hands palm palms fingers",
        "trouble": "pain pains suffering fear fears anxiety stress sadness grief sorrow depression panic trauma traumas "
                   "worry worries illness disease insomnia anger shame loneliness",
        "medicine": "medication* medicine* pill* tablet* drug* antidepressant* antipsychotic* insulin prescription* "
                    "treatment therapy meds dose dosage",
        "helper": "doctor* physician* psychiatrist* therapist*",
        "breath": "breath breaths breathing",
        "worst": "worst darkest hardest_moment deepest_wound* trauma* abuse abused rape raped accident assault terror horror "
                 "most_painful most_frightening most_terrifying most_hurtful deepest_pain hurt_you_most "
                 "hurt_you_the_most hurt_the_most hurt_most night_it_happened",
    },
)  # fmt: skip

ENGLISH = Words(
    grammar=GRAMMAR,
    eyes=Sense("<eyes>"),
    eyes_choice=Sense(
        said="""
            <eyes> ... open|or
            open ... <eyes>
            if|whether|unless|whenever|however
            as you|they like|want|wish|prefer
            prefer|rather
            up to you
        """,
        denied="need|have|has|must",
        unless="^ open ... eyes\n must|even",
    ),
    eyes_taken=Sense(
        said="keep|hold|leave ... <eyes>|them ... closed|shut\n <eyes>|they must|have_to|need_to ... closed|shut|close",
        denied="open|opening the|your? <eyes>\n open|opening them",
        unless="not have|need",
    ),
    posture=Sense("""
        sit|sitting|seated|lie|lying|stand|standing|kneel|kneeling|lean|leaning|get_up|keep_still|stay_still
        position|posture|shift|stretch|comfortable|comfortably|spine
        can|may|might|could|free_to|not move
        move when|whenever|if|as
    """),
    posture_choice=Sense(
        said="""
            or|can|may|might|could|if|whether|whatever|whichever|whenever|however|any|free|a_way|prefer
            as you like|want|wish|prefer
        """,
        denied="have|has|need|must",
        unless="whatever ... say|says|happens|comes",
    ),
    posture_taken=Sense(
        said="must|have_to ... still|motionless",
        denied="^ do|never|you|please|and ... move|shift|stir|stretch|lie_down|sit_down|change_position",
        unless="not have|need\n move on|away|into|to|toward*",
    ),
    stop=Sense(
        """
            stop|stopping|leave|quit|finish|stay|go_on|push_on|continue
            end|pause this|it|here
            switch|turn this|it|me off
        """,
        unless="stop *ing\n stop your|the|all thought*\n leave|stay your|the|it open|closed",
    ),
    stop_choice=Sense(
        said="""
            you|we|one can|may|might|could
            free|welcome|whenever|fine|all_right|okay|ok
            any time|moment|point
            anytime
            if ... too_much|like|want|need|wish
        """,
        denied="have|has|need|must|make*|force*|keep*|hold*",
        unless="even|can_you",
    ),
    stop_taken=Sense(
        said="must|have_to ... stay|finish|go_on|keep_going|continue",
        denied="^ do|never|you ... stop|leave|quit|give_up|interrupt\n way out|back",
        unless="not have|need\n stop *ing|your|the\n leave it|them|anything|anyone|yourself|behind|out",
    ),
    ground=Sense(
        said="""
            feet|foot|soles|toes|heels|hands|floor|ground|earth|chair|seat|cushion|mattress|pillow|covers|bed|weight|solid
            what|whatever is under
            hold*|carr*|support* you
            under|beneath you
            sound|sounds|hear|listen|listening
            the|your|this room
            look|looking around|at
            things to look
            your eyes find|wander
            you are here
        """,
        unless="sound|sounds like",
    ),
    touch=Sense(
        said="""
            <hand> ... on|onto|over|to|around|across|against your|the|each|one? *? <body>
            hug|embrace|hold|stroke|caress|hugging|holding yourself
            hold|stroke|squeeze your own
            stroke|caress|massage|cup|cradle|touch your
            arms around you|yourself
            give yourself a *? hug|squeeze|embrace
            soothing touch
        """,
        unless="on the other hand\n <hand> ... to yourself",
    ),
    either=Sense("or"),
    otherwise=Sense("""
        if you ... like|want|wish|rather|prefer
        if touch
        instead|elsewhere|prefer
        another|other place
        somewhere else
        no|without any? touch
        rather not
        not *? welcome|right|comfortable
    """),
    breath=Sense("""
        <breath>|breathe|breathes|inhale|inhaling|inhalation*|exhale|exhaling|exhalation*
        air ... in|out|through ... nose|nostrils|lungs
    """),
    cure=Sense(
        said="""
            cure|cures|curing|heals|healing|fixes|repairs you|your|everything|anything|all|<trouble>
            will|can|shall|to ... heal|cure|fix you|your|everything|anything|all|<trouble>
            will heal|cure|fix
            be|are|become *? healed|cured
            <trouble> ... will ... gone|go|leave|end|disappear|vanish|vanished|dissolve|cease|melt|disappeared
            <trouble> is|are|has|have ... gone_for_good|gone_forever|vanished_for_ever
            will ... take|make ... away
            takes|makes ... your|the|all ... away
            takes|washes|melts away your|all|every
            be|become free of|from your|all|any|<trouble>
            rid|rids|ridding you of
            a|the|this|your|no|sure cure
            guarantee|guarantees|guaranteed|proven|proves
            clinically|scientifically
            science|research|studies|study show|shows|prove|proves|say|says|proved|showed
            always works
            works for everyone|everybody
        """,
        denied="""
            be|feel|suffer|have|know ... <trouble>|afraid|anxious|sad|depressed|lonely again
            be|have|feel ... more <trouble>
            <trouble> ... come|coming|return|returning back?
        """,
        unless="not *? need|have to be healed",
    ),
    medical_advice=Sense(
        said="""
            stop|quit|end|drop|cancel|discontinue|give_up|abandon taking|using|having? your|the|all|this? *? <medicine>|<helper>
            throw|flush ... <medicine> ... away|out|down
            throw away|out ... <medicine>
            come|get|wean ... off ... <medicine>
            skip|miss|omit|halve|double|reduce|lower|raise|increase|cut|change ... <medicine>
            leave your|the <medicine>
            instead of|your|the taking|your|the? your|the? <medicine>|<helper>
            replace|replaces|replacing ... <medicine>|<helper>
            take|have twice|half|double|more|less ... <medicine>
            better than ... <medicine>|<helper>
        """,
        denied="""
            ^ do|never|you ... take your|the|any|those|these? <medicine>
            you|nobody|one ... need ... <medicine>|<helper>
            live|do|go|cope|manage|sleep without ... <medicine>|<helper>
        """,
        unless="need to\n without asking|your_doctor",
    ),
    forced_breath=Sense(
        said="""
            hold|holding|hold_in|retain|suspend your|the|this|that? *? <breath>|air
            inhale|breathe_in|breathe ... hold
            ^ and? hold it|this $
            ^ and hold $
            ^ and hold ... seconds|count|longer
            force|push|press|squeeze|blow your|the|all|every *? *? <breath>|air
            breathe|inhale|exhale ... as fast|hard|deep|deeply|quickly|strongly|long as
            breathe|inhale|exhale ... faster|harder|quicker
            keep your|the|all? <breath>|air in|inside
            stop breathing
            fill ... lungs ... bursting|burst|limit
        """,
        denied="""
            ^ and? do|never|please not? breathe|inhale|exhale until|before|now|yet|for
            ^ and? do|never|please not? breathe|inhale|exhale $
            ^ and? do|never not? let|release ... <breath>|air out|go
        """,
        unless="<breath> ... in mind|awareness\n may|might|perhaps ... notice",
    ),
    reliving=Sense(
        said="""
            return|returning|go_back|going_back|come_back|step_back|travel_back ... <worst>
            remember|recall|revisit|relive|imagine|picture|think|see|feel|visualise|visualize|re-enter ... <worst>
            bring|call ... <worst> ... mind|back
            back in|into|at|to ... <worst>
            relive|reliving|re-live
        """,
        unless="come_back ... ground|floor|sounds|breath",
    ),
)  # fmt: skip
