"""What the rules of care look for in English."""

from synth.script.care_clauses import Grammar, Sense
from synth.script.care_words import Words

GRAMMAR = Grammar(
    begins="and but because if whether unless although though so while then",
    goes_on=r"(?:or|nor|a|an|any|anything|ever)\b",
    supposes="""
        ^ if|whether|unless|when|whenever|once|in_case
        ^ someone|somebody|people|others|they|he|she|some_people ... say|says|said|told|tell|think|claim
    """,
    wishes="^ may",
    requests="""
        ^ can|could|will|would|may you
        ^ why not|do_not
        ^ what_about|how_about
    """,
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
        "can't": "can not",
        "cannot": "can not",
        "won't": "will not",
        "shan't": "shall not",
        "n't": " not",
        "'ll": " will",
        "'re": " are",
        "'ve": " have",
        "no one": "nobody",
    },
    lists={
        "eyes": "eyes eye eyelids lids gaze",
        "body": """
            heart chest belly stomach abdomen cheek cheeks face arm arms shoulder shoulders neck throat head forehead
            leg legs knee knees temples jaw ribs body {*
        """,
        "hand": "hand hands palm palms fingers fingertips",
        "trouble": """
            pain pains suffering fear fears anxiety stress sadness grief sorrow depression panic trauma traumas worry
            worries illness disease insomnia anger shame loneliness problem problems addiction burnout panic_attack
            *ache
        """,
        "medicine": """
            medication* medicine* pill* tablet* drug* antidepressant* antipsychotic* insulin prescription* treatment
            therapy meds dose dosage
        """,
        "helper": "doctor* physician* psychiatrist* therapist*",
        "heal": """
            cure cures cured curing heal heals fix fixes repair repairs eliminate eliminates erase erases remove removes
            banish banishes reverse reverses dissolve dissolves end ends
        """,
        "end": """
            gone go leave left end disappear vanish dissolve cease melt lift fade ease stop solved resolved disappeared
            vanished
        """,
        "drop": """
            stop quit end drop cancel discontinue give_up abandon skip miss omit halve double reduce lower raise
            increase cut cut_down_on change forget ignore leave throw_away throw_out flush bin ditch
        """,
        "breath": "breath breaths breathing",
        "back": """
            return returning go_back going_back come_back step_back travel_back remember recall revisit relive imagine
            picture think see feel visualise visualize re-enter bring_back think_back put_yourself go_right go_straight
            go_deep
        """,
        "awful": "terrible horrible dreadful awful traumatic terrifying",
        "time": "night day morning evening moment time hour scene memory memories event thing",
        "worst": """
            worst darkest rapist* attacker* abuser* hardest_moment deepest_wound* trauma* abuse abused rape raped
            accident assault terror horror most_painful most_frightening most_terrifying most_hurtful most_humiliating
            most_shameful of_the_attack beat_you hit_you deepest_pain hurt_you_most hurt_you_the_most hurt_the_most
            hurt_most night_it_happened did_to_you done_to_you
        """,
    },
)

ENGLISH = Words(
    grammar=GRAMMAR,
    eyes=Sense(
        said="""
            <eyes>
            look around
        """,
    ),
    eyes_choice=Sense(
        said="""
            <eyes> ... open|or
            open ... <eyes>
            keep|leave them open
            if|whether|unless|whenever|however
            as you|they like|want|wish|prefer
            prefer|rather|optional
            up to you
        """,
        denied="need|have|has|must",
        unless="""
            ^ open ... eyes
            must|even
        """,
    ),
    eyes_taken=Sense(
        said="""
            keep|hold|leave ... <eyes>|them ... closed|shut
            <eyes>|they must|have_to|need_to ... closed|shut|close
        """,
        denied="""
            open|opening the|your? <eyes>
            open|opening them
        """,
        unless="not have|need",
    ),
    posture=Sense(
        said="""
            sit|sitting|seated|lie|lying|stand|standing|kneel|kneeling|lean|leaning|get_up|keep_still|stay_still
            position|posture|shift|stretch|comfortable|comfortably|spine
            can|may|might|could|free_to|not move
            move when|whenever|if|as
            if you move
            settle in
        """,
    ),
    posture_choice=Sense(
        said="""
            or|can|may|might|could|if|whether|whatever|whichever|whenever|however|any|free|a_way|prefer
            as you like|want|wish|prefer
            as much|often as
            feels right|good
        """,
        denied="have|has|need|must",
        unless="whatever ... say|says|happens|comes",
    ),
    posture_taken=Sense(
        said="must|have_to ... still|motionless",
        denied="^ do|never|you|please|and ... move|shift|stir|stretch|lie_down|sit_down|change_position",
        unless="""
            not have|need
            move on|away|into|to|toward*
        """,
    ),
    stop=Sense(
        said="""
            stop|stopping|leave|leaving|quit|finish|stay|go_on|push_on|continue|get_up|walk_away
            do it|this|all|everything
            end|pause this|it|here|the_practice|the_session|the_sitting
            take a break|pause
            switch|turn this|it|me off
        """,
        unless="""
            stop *ing
            stop your|the|all thought*
            leave|stay your|the|it open|closed
        """,
    ),
    stop_choice=Sense(
        said="""
            you|we|one can|may|might|could
            free|welcome|whenever|fine|all_right|okay|ok
            any time|moment|point
            anytime|possible|optional|as_soon_as
            if ... too_much|like|want|need|wish
        """,
        denied="have|has|need|must|make*|force*|keep*|hold*",
        unless="even|can_you",
    ),
    stop_taken=Sense(
        said="must|have_to ... stay|finish|go_on|keep_going|continue",
        denied="""
            ^ do|never|you ... stop|leave|quit|give_up|interrupt
            way out|back
        """,
        unless="""
            not have|need
            stop *ing|your|the|to
            leave it|them|anything|anyone|yourself|behind|out
        """,
    ),
    ground=Sense(
        said="""
            feet|foot|soles|toes|heels|hands|floor|ground|earth
            chair|seat|cushion|mattress|pillow|covers|bed|weight|solid
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
        unless="""
            sound|sounds like
            forget|ignore
        """,
    ),
    touch=Sense(
        said="""
            <hand> ... on|onto|over|to|around|across|against your|the|each|one? *? <body>
            hug|embrace|hold|stroke|caress|hugging|holding yourself
            hold|stroke|squeeze your own
            hold|cover|hug your *? <body>
            <hand> ... cover|covers|holds|hold your|the <body>
            stroke|caress|massage|cup|cradle|touch your
            arms around you|yourself
            wrap yourself
            rub|pat|press|squeeze|cover your|the <body>
            give yourself a *? hug|squeeze|embrace
            soothing touch
        """,
        unless="""
            on the other hand
            <hand> ... to yourself
        """,
    ),
    either=Sense("or"),
    otherwise=Sense(
        said="""
            if you ... like|want|wish|rather|prefer
            if touch
            instead|elsewhere|prefer
            another|other place
            somewhere else
            no|without any? touch
            rather not
            not *? welcome|right|comfortable
        """,
    ),
    breath=Sense(
        said="""
            <breath>|in-breath|out-breath|breathe|breathes|inhale|inhaling|inhalation*|exhale|exhaling|exhalation*
            air ... in|out|through ... nose|nostrils|lungs
        """,
        unless="forget|ignore ... breath|breathing",
    ),
    cure=Sense(
        said="""
            <heal> your|the|all|any|every|deep? *? <trouble>
            cure|cures|heal|heals|fix|fixes you|your|everything|anything|all
            will heal|cure|fix
            be|are|become *? healed|cured
            <trouble> ... will ... <end>
            <trouble> is|are|has|have ... gone_for_good|gone_forever
            will ... take|make ... away
            takes|makes|washes|melts ... your|the|all|every ... away
            takes|washes|melts away your|all|every
            will ... be|become free of|from your|all|any|<trouble>
            rid|rids you of
            takes ... your|all ... out
            goodbye to ... <trouble>
            promise|promises you|that
            shown to ... <trouble>
            a|the|this|your|no|sure cure
            guarantee|guarantees|guaranteed|proven|proves|clinically|scientifically
            science|research|studies|study *? show|shows|prove|proves|say|says|proved|showed
            always works
            works for everyone|everybody
        """,
        denied="""
            be|feel|suffer|have|know ... <trouble>|afraid|anxious|sad|depressed|lonely again
            suffer|hurt|grieve again
            be|have|feel ... more|another <trouble>
            <trouble> ... come|coming|return|returning back?
        """,
        unless="""
            not *? need|have to be healed
            perhaps|maybe
        """,
    ),
    medical_advice=Sense(
        said="""
            <drop> taking|using|having|with? your|the|all|this|today's|tonight's? *? <medicine>|<helper>
            put|throw|flush ... <medicine> ... away|out|down|bin|trash|toilet
            come|get|wean ... off ... <medicine>
            instead of|your|the taking|your|the? your|the? <medicine>|<helper>
            replace|replaces|replacing ... <medicine>|<helper>
            take|have twice|half|double|more|less ... <medicine>
            better than ... <medicine>|<helper>
            <medicine> is|are *? waste|useless|pointless|unnecessary|poison
            <medicine> ... numbs|poison|poisons|harms|weakens
        """,
        denied="""
            ^ do|never|you|please ... take your|the|any|those|these? <medicine>
            you|nobody|one|there ... need ... <medicine>|<helper>
            no need for ... <medicine>|<helper>
            <medicine>|<helper> ... necessary|needed
            without any|your|the|all? <medicine>
            bother taking|with your|the|any? <medicine>
            listen to your|the|any *? <helper>
        """,
        unless="""
            need to
            without asking|your_doctor
            within|in|near *? reach
        """,
    ),
    forced_breath=Sense(
        said="""
            hold|holding|hold_in|retain|suspend your|the|this|that? *? <breath>|air
            inhale|breathe_in|breathe ... hold
            ^ and? hold|keep it|this in? $
            ^ and? hold|keep it|this in? as|for|until ... possible|you_can|seconds|burns|hurts
            ^ and? hold it even|a|a_little|a_bit? longer $
            ^ and? hold $
            deepest|biggest|hugest <breath>
            ^ and? breathe|inhale|exhale rapidly|fast|hard|forcefully
            lungs full until|as
            ^ and hold ... seconds|count|longer
            force|push|press|squeeze|blow|suck your|the|all|every|in? *? *? <breath>|air
            breathe|inhale|exhale ... as fast|hard|deep|deeply|quickly|strongly|long as
            breathe|inhale|exhale ... as much|long|far as
            <breath>|stay ... empty
            hold|keep the|your inhale|exhale|in-breath|out-breath
            pause|suspend|interrupt your|the <breath>
            blow|breathe ... out hard|forcefully
            as much air as
            breathe|inhale|exhale ... faster|harder|quicker
            ^ and? faster|harder $
            ^ pant|gasp|hyperventilate
            keep your|the|all? <breath>|air in|inside
            stop breathing
            fill ... lungs ... bursting|burst|limit
        """,
        denied="""
            ^ and? do|never|please not? breathe|inhale|exhale until|before|now|yet|for
            ^ and? do|never|please not? breathe|inhale|exhale $
            ^ and? do|never not? let|release ... <breath>|air out|go
        """,
        unless="""
            <breath> ... in mind|awareness
            may|might|perhaps ... notice
        """,
    ),
    reliving=Sense(
        said="""
            <back> ... <worst>
            <back> ... <awful> <time>
            bring|call ... <worst> ... mind|back
            back in|into|at|to ... <worst>
            deeper into ... <trouble>
            let|allow ... <worst> ... arise|rise|return|to_surface|surface|back
            relive|reliving|re-live
        """,
        unless="""
            come_back ... ground|floor|sounds|breath
            far|away from
        """,
    ),
)
