"""What the rules of care look for in Spanish, addressed as "tú", "usted", "vosotros" or "ustedes"."""

from synth.script.care_clauses import Grammar, Sense
from synth.script.care_words import Words

GRAMMAR = Grammar(
    begins="y pero porque si sino aunque mientras",
    goes_on=r"(?:o|ni|un|una)\b",
    supposes="^ si|cuando\n ... notas|nota|notes si",
    wishes="^ que|ojalá",
    requests="^ puedes|puede|podéis|pueden|podrías|podría|quieres|quiere\n ^ por qué no",
    negates="no|nunca|jamás|nada|nadie|ningún|ninguna|ninguno|ni|sin|tampoco",
    seems_to="no|ni solo|sólo|solamente\n sin duda\n nada más|salvo\n ^ por qué no\n ni_un\n ^ no|nunca $",
    cancels=False,
    lists={
        "eyes": "ojo ojos párpados mirada",
        "body": "corazón pecho vientre barriga estómago abdomen mejilla mejillas cara rostro brazo brazos hombro hombros "
                "cuello garganta cabeza frente pierna piernas rodilla rodillas cuerpo {*",
        "hand": "mano manos palma palmas dedos",
        "trouble": "dolor dolores sufrimiento miedo miedos ansiedad estrés tristeza pena duelo depresión pánico trauma "
                   "traumas preocupación preocupaciones enfermedad insomnio ira vergüenza soledad heridas angustia",
        "medicine": "medicación medicamento medicamentos medicina medicinas pastilla pastillas píldora píldoras "
                    "antidepresivo antidepresivos insulina receta tratamiento terapia dosis",
        "helper": "médico médica doctor doctora terapeuta psiquiatra",
        "your": "tu tus su sus vuestra vuestro el la los las",
        "breath": "respiración aliento aire",
        "worst": "peor peores trauma traumas traumático traumática traumáticos traumáticas abuso abusos violación accidente "
                 "agresión terror horror más_doloroso más_dolorosa más_aterrador más_aterradora más_terrible más_oscuro "
                 "más_te_hirieron más_te_hirió más_daño herida*_más_profunda*",
    },
)  # fmt: skip

SPANISH = Words(
    grammar=GRAMMAR,
    eyes=Sense("<eyes>"),
    eyes_choice=Sense(
        said="""
            <eyes> ... abiertos|abierta|o
            abiertos ... <eyes>
            si quieres|quiere|queréis|quieren|te|le|prefieres|prefiere|lo
            cuando|como quieras|quiera|quieran|prefieras|prefiera
            quizá|prefieres|prefiere|decides|decide
        """,
        denied="hace_falta|tienes|tiene|tenéis|tienen|necesario|necesitas|necesita",
    ),
    eyes_taken=Sense(
        said="""
            mantén|mantenga|mantened|mantengan|deja|deje ... <eyes>|los ... cerrados
            <eyes> ... tienen_que|deben ... cerrados|cerrarse
        """,
        denied="abras|abra|abráis|abran|abrir|abrirlos los? <eyes>\n los abras|abra|abráis|abran",
        unless="hace_falta|necesario\n tienes|tiene que",
    ),
    posture=Sense("""
        sentar*|siéntate|siéntese|sentaos|siéntense|sentado|sentada|sentados|sentarte|tumb*|túmb*|acost*|acuést*
        arrodíll*|de_pie|postura|posición|quieto|quieta|cómodo|cómoda|espalda
        moverte|moverse|mueva|muevas|muevan|mover|moveros|estirar*
    """),
    posture_choice=Sense(
        said="""
            o|puedes|puede|podéis|pueden|podrías|podría|si|quizá|cómoda|cómodo|libre
            como|cuando quieras|quiera|prefieras|prefiera
            en cualquier momento
            que te|le ... bien
            ^ como ... está
        """,
        denied="hace_falta|tienes|tiene|tenéis|tienen|necesario|necesitas|necesita",
        unless="aunque|pase",
    ),
    posture_taken=Sense(
        said="tienes|tiene|debes|debe que? ... quieto|quieta|inmóvil",
        denied="te|se|os? muevas|mueva|mováis|muevan\n puedes|puede|debes ... moverte|moverse|tumbarte|sentarte",
        unless="hace_falta|necesario\n tienes|tiene que",
    ),
    stop=Sense(
        """
            para|pare|parad|paren|parar|pares|detente|detener*|deténgase|irte|irse|terminar|seguir|sigas|siga|quedarte|quedarse
            acabar|continuar|apagar|pausar|dejarlo|dejar_esto
        """,
        unless="dejar de\n ojos\n para ... que\n esto para",
    ),
    stop_choice=Sense(
        said="""
            puedes|puede|podéis|pueden|podrías|podría|libre|bien
            cualquier momento
            cuando|como quieras|quiera|quieran
            si ... demasiado|quieres|quiere|necesitas|necesita
        """,
        denied="hace_falta|tienes|tiene|tenéis|tienen|necesario|necesitas|necesita|obliga|retiene",
        unless="aunque",
    ),
    stop_taken=Sense(
        said="tienes_que|tiene_que|debes|debe ... quedarte|quedarse|terminar|seguir|continuar",
        denied="pares|pare|paren|te_detengas|se_detenga|abandones\n puedes|puede|debes parar|irte|irse|dejarlo\n vuelta atrás",
        unless="hace_falta|necesario",
    ),
    ground=Sense(
        said="""
            pie|pies|plantas|talones|mano|manos|suelo|tierra|silla|asiento|cojín|colchón|cama|mantas|peso
            debajo de
            te|le|os|les sostiene|sostienen|sujeta
            sonido|sonidos|oír|oyes|oye|escucha|escuche|escuchad|escuches|escuchar
            habitación|sala|mira|mire|mirad|mirar
            estás aquí
        """,
        unless="mano|manos ... corazón|pecho|vientre\n suena como",
    ),
    touch=Sense(
        said="""
            <hand> ... en|sobre|a|contra|alrededor_de|hasta <your> <body>
            <hand> ... sobre|en {*
            abrázate|abrácese|abrazaos|acaríci*|rodéate|masaje*|masajea
            abrazo|tocarse|tocarte
            <your> propia mano
            acaricia|acaricie|toca|toque|masajea|masajee ... <body>
        """,
        unless="abraza un|una",
    ),
    either=Sense("o"),
    otherwise=Sense("""
        si ... quieres|quiere|prefieres|prefiere|contacto|apetece
        otro|otra lugar|sitio|parte
        prefieres|prefiere
        ningún|sin contacto
        no ... bienvenido|agradable
        en_su|en lugar|vez de
    """),
    breath=Sense("""
        respiración|respiraciones|aliento|respira|respire|respirad|respirar|inspira|inspire|inspirad|espira|espire|inhala|inhale
        exhala|exhale|inhalación|exhalación|espiración|inspiración
        aire ... nariz|pulmones
    """),
    cure=Sense(
        said="""
            te|le|os|lo cura|sana|curará|sanará
            curará|sanará|sanarás|sanarán
            va|van a curar|sanar|curarte|sanarte
            quedarás|quedará|estarás|estará|serás curado|curada|sanado|sanada
            <trouble> ... desaparecerá|desaparecerán|irá|irán|acabará|terminará|esfumará
            <trouble> va|van a desaparecer|irse
            <trouble> habrá|habrán|ha|han desaparecido
            te|le|os quita|quitará <your> <trouble>
            librarás|librará|liberarás|libre ... de ... <trouble>
            una|la cura
            garantiz*|garantizado
            clínicamente|científicamente
            estudios|ciencia|investigación|estudio demuestra|demuestran|prueba|prueban|dice|dicen
            siempre funciona
            funciona siempre
        """,
        denied="""
            volverás|volverá ... <trouble>
            habrá|tendrás|tendrá|sentirás ... <trouble>
        """,
    ),
    medical_advice=Sense(
        said="""
            deja|deje|dejad|dejen|dejar|dejes|dejas|dejaras|abandona|abandone|interrumpe|suspende de? tomar? <your>? <medicine>
            dejar de tomar <your>? <medicine>
            tira|tire|tirad|tiren|tirar ... <medicine>
            sáltate|sáltese|salta|omite ... <medicine>
            baja|baje|reduce|reduzca|sube|suba|aumenta|duplica|cambia|cambie|cambies ... <medicine>
            sustituye|sustituir|reemplaza|reemplazar a? ... <medicine>|<helper>
            lugar|vez de tomar? <your>? <medicine>|<helper>
            doble|mitad|más|menos ... <medicine>
            mejor que ... <medicine>|<helper>
        """,
        denied="""
            tomes|tome|toméis|tomen hoy? <your>? <medicine>
            necesitas|necesita|necesitáis ... <medicine>|<helper>
            vivir|dormir|estar sin ... <medicine>|<helper>
        """,
        unless="sin preguntar|consultar\n sigue|siga tomando",
    ),
    forced_breath=Sense(
        said="""
            aguant*|contén|contenga|contened|contengan|contener|contienes|conteniendo|retén|retenga|retener ... <breath>
            expulsa|expulse|fuerza|fuerce|fuerces|empuja|empuje <breath>|el|la|todo|con ... <breath>
            respira|respire|respirad|inspira|inspire ... lo más rápido|hondo|fuerte|profundo
            respira|respire|respirad ... más rápido|deprisa|fuerte
            llena|llene|llenad ... pulmones ... reventar|tope
            deja|deje|dejad de respirar
        """,
        denied="respires|respire|respiren|respiréis hasta|ahora|todavía\n respires|respire|respiren|respiréis $\n sueltes|suelte ... <breath>",
        unless="hace_falta|necesario\n tienes|tiene que\n quizá",
    ),
    reliving=Sense(
        said="""
            vuelve|vuelva|vuelvas|volved|volver|regresa|regrese|regresar|recuerda|recuerde|recordar ... <worst>
            imagina|imagine|piensa|piense|mira|mire|siente|sienta|revive|reviva ... <worst>
            trae|traiga|traed ... mente|memoria ... <worst>
            revive|reviva|revivid|revivir
            de nuevo en ... <worst>
        """,
        unless="hace_falta",
    ),
)  # fmt: skip
