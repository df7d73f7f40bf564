"""What the rules of care look for in Spanish, addressed as "tú", "usted", "vosotros" or "ustedes"."""

from synth.script.care_clauses import Grammar, Sense
from synth.script.care_words import Words

GRAMMAR = Grammar(
    begins="y pero porque si sino aunque mientras",
    goes_on=r"(?:o|ni|un|una)\b",
    supposes="""
        ^ si|cuando
        ... notas|nota|notes si
    """,
    wishes="^ que|ojalá",
    requests="""
        ^ puedes|puede|podéis|pueden|podrías|podría|quieres|quiere
        ^ por qué no
    """,
    negates="no|nunca|jamás|nada|nadie|ningún|ninguna|ninguno|ni|sin|tampoco",
    seems_to="""
        no|ni solo|sólo|solamente
        sin duda
        nada más|salvo
        ^ por qué no
        ni_un
        ^ no|nunca $
    """,
    cancels=False,
    lists={
        "eyes": "ojo ojos párpados mirada",
        "body": """
            corazón pecho vientre barriga estómago abdomen mejilla mejillas cara rostro brazo brazos hombro hombros
            cuello garganta cabeza frente pierna piernas rodilla rodillas sienes cuerpo {*
        """,
        "hand": "mano manos palma palmas dedos yemas",
        "trouble": """
            dolor dolores sufrimiento miedo miedos ansiedad estrés tristeza pena duelo depresión pánico trauma traumas
            preocupación preocupaciones enfermedad insomnio ira vergüenza soledad heridas angustia problema problemas
        """,
        "medicine": """
            medicación medicamento medicamentos medicina medicinas pastilla pastillas píldora píldoras gotas
            antidepresivo antidepresivos insulina receta tratamiento terapia dosis
        """,
        "helper": "médico médica médicos doctores doctor doctora terapeuta psiquiatra",
        "back": """
            visualiza visualice vuelve vuelva vuelvas volved volver regresa regrese regresar recuerda recuerde recordar
            imagina imagine piensa piense mira mire siente sienta trae traiga traed entra entre revive reviva
        """,
        "awful": "terrible terribles horrible horribles espantoso espantosa traumático traumática",
        "time": "noche día tarde momento instante hora escena recuerdo recuerdos experiencia",
        "your": "tu tus su sus vuestra vuestro el la los las",
        "breath": "respiración aliento aire",
        "worst": """
            noche_del_ataque te_pegaba te_pegó te_golpeó violador agresor más_humillante más_vergonzoso más_vergonzosa
            peor peores trauma traumas traumático traumática traumáticos traumáticas abuso abusos violación accidente
            agresión terror horror más_doloroso más_dolorosa más_aterrador más_aterradora más_terrible más_oscuro
            más_te_hirieron más_te_hirió más_daño herida*_más_profunda* te_hizo te_hicieron
        """,
    },
)

SPANISH = Words(
    grammar=GRAMMAR,
    eyes=Sense("<eyes>"),
    eyes_choice=Sense(
        said="""
            <eyes> ... abiertos|abierta|o
            abiertos ... <eyes>
            los deja|dejan|dejas|dejar abiertos
            si quieres|quiere|queréis|quieren|te|le|prefieres|prefiere|lo
            cuando|como quieras|quiera|quieran|prefieras|prefiera
            quizá|prefieres|prefiere|decides|decide|opcional|bien
        """,
        denied="hace_falta|tienes|tiene|tenéis|tienen|necesario|necesitas|necesita",
    ),
    eyes_taken=Sense(
        said="""
            mantén|mantenga|mantened|mantengan|deja|deje ... <eyes>|los ... cerrados
            <eyes> ... tienen_que|deben ... cerrados|cerrarse
        """,
        denied="""
            abras|abra|abráis|abran|abrir|abrirlos los? <eyes>
            los abras|abra|abráis|abran
        """,
        unless="""
            hace_falta|necesario
            tienes|tiene que
        """,
    ),
    posture=Sense(
        said="""
            sentar*|siéntate|siéntese|sentaos|siéntense|sentado|sentada|sentados|sentarte|tumb*|túmb*|acost*|acuést*
            arrodíll*|de_pie|postura|posición|quieto|quieta|cómodo|cómoda|espalda
            acomód*
            te|se mueves|mueve|mueven
            muév*|moverte|moverse|mueva|muevas|muevan|mover|moveros|estirar*
        """,
    ),
    posture_choice=Sense(
        said="""
            o|puedes|puede|podéis|pueden|podrías|podría|si|quizá|cómoda|cómodo|libre
            como|cuando|cuanto quieras|quiera|prefieras|prefiera|necesites|necesite
            cualquier
            que quieras|quiera|prefieras|prefiera
            como ... bien
            que te|le ... bien
            ^ como ... está
        """,
        denied="hace_falta|tienes|tiene|tenéis|tienen|necesario|necesitas|necesita",
        unless="aunque|pase",
    ),
    posture_taken=Sense(
        said="tienes|tiene|debes|debe que? ... quieto|quieta|inmóvil",
        denied="""
            te|se|os? muevas|mueva|mováis|muevan
            puedes|puede|debes ... moverte|moverse|tumbarte|sentarte
        """,
        unless="""
            hace_falta|necesario
            tienes|tiene que
        """,
    ),
    stop=Sense(
        said="""
            para|pare|parad|paren|parar|pares|detente|detener*
            deténgase|irte|irse|terminar|seguir|sigas|siga|quedarte|quedarse
            levantarte|levantarse|hacerlo_todo|pausa|acabar|continuar|apagar|pausar|dejarlo|dejar_esto
        """,
        unless="""
            dejar de
            ojos
            para ... que
            esto para
        """,
    ),
    stop_choice=Sense(
        said="""
            puedes|puede|podéis|pueden|podrías|podría|libre|bien|posible
            cualquier momento
            cuando|como quieras|quiera|quieran
            si ... demasiado|quieres|quiere|necesitas|necesita
        """,
        denied="hace_falta|tienes|tiene|tenéis|tienen|necesario|necesitas|necesita|obliga|retiene",
        unless="aunque",
    ),
    stop_taken=Sense(
        said="tienes_que|tiene_que|debes|debe ... quedarte|quedarse|terminar|seguir|continuar",
        denied="""
            pares|pare|paren|te_detengas|se_detenga|abandones
            puedes|puede|debes parar|irte|irse|dejarlo
            vuelta atrás
        """,
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
        unless="""
            mano|manos ... corazón|pecho|vientre
            suena como
        """,
    ),
    touch=Sense(
        said="""
            <hand> ... en|sobre|a|contra|alrededor_de|hasta <your> <body>
            <hand> ... sobre|en|al {*
            <hand> ... al <body>
            frótate|frótese
            cubre|cubra|sostén|sostenga ... <your> <body>
            abrázate|abrácese|abrazaos|acaríci*|rodéate|masaje*|masajea
            abrazo|tocarse|tocarte
            <your> propia mano
            acaricia|acaricie|toca|toque|masajea|masajee ... <body>
        """,
        unless="abraza un|una",
    ),
    either=Sense("o"),
    otherwise=Sense(
        said="""
            si ... quieres|quiere|prefieres|prefiere|contacto|apetece
            otro|otra lugar|sitio|parte
            prefieres|prefiere
            ningún|sin contacto
            no ... bienvenido|agradable
            en_su|en lugar|vez de
        """,
    ),
    breath=Sense(
        said="""
            respir*|aliento|inspira|inspire|inspirad|espira|espire|inhala|inhale
            exhala|exhale|inhalación|exhalación|espiración|inspiración
            aire ... nariz|pulmones
        """,
    ),
    cure=Sense(
        said="""
            te|le|os|lo cura|sana|curará|sanará
            curará|sanará|sanarás|sanarán
            vas|va|van a curar|sanar|curarte|sanarte
            quedarás|quedará|estarás|estará|serás curado|curada|sanado|sanada
            <trouble> ... desaparecerá|desaparecerán|irá|irán|acabará|terminará|esfumará|disolverá|disolverán
            elimina|borra ... <trouble>
            prometo|prometemos|promete que
            <trouble> va|van a desaparecer|irse
            <trouble> habrá|habrán|ha|han desaparecido
            te|le|os quita|quitará ... <trouble>
            adiós a ... <trouble>
            <trouble> ... habrá dejado|ido
            librarás|librará|liberarás|libre ... de ... <trouble>
            una|la cura
            cura|sana|elimina|borra|disuelve <your>|cualquier|todo|toda|todos|todas? <trouble>
            <trouble> ... se habrá|habrán ido
            <trouble> ... resolverá|resolverán|solucionará|solucionarán
            demostrado|comprobado
            garantiz*|garantizado
            clínicamente|científicamente
            estudios|ciencia|investigación|estudio demuestra|demuestran|prueba|prueban|dice|dicen
            siempre funciona
            funciona siempre
        """,
        denied="""
            volverás|volverá ... <trouble>
            habrá|tendrás|tendrá|sentirás ... <trouble>|ataque
            sufrirás|sufrirá
        """,
        unless="quizá|tal_vez",
    ),
    medical_advice=Sense(
        said="""
            deja|deje|dejad|dejen|dejar|dejes de? tomar? <your>? <medicine>
            dejas|dejaras|abandona|abandone|interrumpe|suspende de? tomar? <your>? <medicine>
            dejar de tomar <your>? <medicine>
            deja|deje hoy|ya <your> <medicine>
            tira|tire|tirad|tiren|tirar ... <medicine>
            echa|tira|tire ... <medicine> ... basura
            olvida|olvide|ignora|ignore ... <medicine>|<helper>
            sáltate|sáltese|salta|omite ... <medicine>
            baja|baje|reduce|reduzca|sube|suba|aumenta|duplica|cambia|cambie|cambies ... <medicine>
            <medicine> es|son *? pérdida|inútil|inútiles|veneno
            sustituye|sustituir|reemplaza|reemplazar a? ... <medicine>|<helper>
            lugar|vez de tomar? <your>? <medicine>|<helper>
            doble|mitad|más|menos ... <medicine>
            mejor que ... <medicine>|<helper>
        """,
        denied="""
            tomes|tome|toméis|tomen hoy? <your>? <medicine>
            necesitas|necesita|necesitáis ... <medicine>|<helper>
            sin <your>? <medicine>
            <medicine> ... necesario|necesaria|necesarios|necesarias
            hace|hacen|hará|harán falta <your>? <medicine>|<helper>
            hagas|haga caso ... <helper>
        """,
        unless="""
            sin preguntar|consultar
            sigue|siga tomando
            a mano
            cerca
        """,
    ),
    forced_breath=Sense(
        said="""
            aguant*|contén|contenga|contened|contengan|contener|contienes|conteniendo|retén|retenga|retener ... <breath>
            expulsa|expulse|fuerza|fuerce|fuerces|empuja|empuje <breath>|el|la|todo|con ... <breath>
            respira|respire|respirad|inspira|inspire ... lo más rápido|hondo|fuerte|profundo
            respira|respire|respirad ... más rápido|deprisa|fuerte
            llena|llene|llenad ... pulmones ... reventar|tope
            deja|deje|dejad de respirar
            respira|respire|inspira|inspire|espira|espire ... cuanto|todo_lo_que puedas|pueda
            ^ retén|aguanta|contén $
            más profunda|honda que|posible
            ^ y? respira|respire muy? deprisa|rápido|fuerte
            pulmones llenos
            detén|detenga|para|pare <your> <breath>
            sopla|sople con fuerza
            sopla|sople fuerte
            quédate|quédese|permanece vacío|vacía
            ^ jadea|jadee|jadead
            ^ y? más? más rápido|deprisa $
        """,
        denied="""
            respires|respire|respiren|respiréis hasta|ahora|todavía
            respires|respire|espires|espire|exhales|inspires|inhales $
            sueltes|suelte ... <breath>
        """,
        unless="""
            hace_falta|necesario
            tienes|tiene que
            quizá
        """,
    ),
    reliving=Sense(
        said="""
            <back> ... <worst>
            <back> ... <time> *? <awful>
            deja|deje ... surja|vuelva|venga ... <worst>
            de nuevo en ... <worst>
            más hondo|adentro en ... <trouble>
            revive|reviva|revivid|revivir
        """,
        unless="""
            hace_falta
            lejos ... del|de
        """,
    ),
)
