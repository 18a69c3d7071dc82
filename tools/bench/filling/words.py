"""What customers write: titles and descriptions from a small vocabulary, Russian or English."""

from __future__ import annotations

from random import Random

PARTS = {
    "ru": (
        "корпус разъёма", "крышка фильтра", "втулка", "кронштейн", "уплотнитель", "прокладка",
        "вал редуктора", "шестерня", "поршень", "клапан", "патрубок", "хомут", "панель приборов",
        "ручка двери", "зеркало", "бачок омывателя", "сальник", "подшипник", "ремень", "шкив",
        "колодка", "диск сцепления", "датчик давления", "жгут проводов", "клемма", "заглушка",
        "направляющая", "защёлка", "пружина", "рычаг",
    ),
    "en": (
        "connector housing", "filter cover", "bushing", "bracket", "gasket", "gear shaft", "piston",
        "valve", "hose clamp", "instrument panel", "door handle", "mirror", "bearing", "belt",
        "pulley", "brake pad", "clutch disc", "pressure sensor", "wire harness", "terminal",
    ),
}  # fmt: skip
FAULTS = {
    "ru": (
        "трещина", "скол", "облой", "царапина", "коробление", "раковина", "недолив", "пятно",
        "коррозия", "излом", "люфт", "течь", "вибрация", "посторонний шум", "заусенец", "вмятина",
        "отслоение покрытия", "размер вне допуска", "перепутана маркировка", "не защёлкивается",
        "не собирается", "отсутствует деталь", "повреждена упаковка", "нет паспорта", "хрупкость",
    ),
    "en": (
        "crack", "chip", "flash", "scratch", "warpage", "porosity", "short shot", "stain",
        "corrosion", "fracture", "backlash", "leak", "vibration", "noise", "burr", "dent",
        "peeling coating", "dimension out of tolerance", "wrong label", "does not fit",
    ),
}  # fmt: skip
PLACES = {
    "ru": (
        "у литника", "на посадочном месте", "по линии разъёма", "в зоне крепления", "на торце",
        "по сварному шву", "на лицевой стороне", "в резьбе", "у основания", "на кромке",
        "под защёлкой", "на внутренней поверхности",
    ),
    "en": (
        "at the gate", "on the seat", "along the parting line", "at the mounting", "on the face",
        "at the weld", "on the front side", "in the thread", "at the base", "on the edge",
    ),
}  # fmt: skip
SENTENCES = {
    "ru": (
        "При входном контроле партии {lot} обнаружена {fault} {place}.",
        "Дефект найден на {n} деталях из {m} проверенных.",
        "Оператор участка сборки сообщил о проблеме в начале смены {shift}.",
        "Сборочная линия остановлена на {n} минут, детали отсортированы вручную.",
        "Фотографии и акт осмотра приложены, образцы готовы к отправке.",
        "Просим сообщить причину и корректирующие действия до конца недели.",
        "Похожая претензия была направлена в прошлом квартале, меры не помогли.",
        "Деталь {part} не устанавливается, требуется усилие больше допустимого.",
        "Остаток партии заблокирован на складе, ожидаем замену по накладной {note}.",
        "Конечный покупатель вернул изделие после {n} дней работы.",
        "Размер измерен штангенциркулем, отклонение составляет 0,{n} миллиметра.",
        "Упаковка была сухой и целой, следов удара при перевозке нет.",
        "Просим заменить брак и возместить расходы на сортировку.",
        "Материал по сертификату соответствует, твёрдость ниже нормы.",
    ),
    "en": (
        "During incoming inspection of lot {lot} we found a {fault} {place}.",
        "The defect was found on {n} of {m} inspected parts.",
        "The operator of the assembly station reported it at the start of shift {shift}.",
        "Our line stood still for {n} minutes, the parts were sorted by hand.",
        "Photos and the inspection report are attached, samples can be sent.",
        "Let us know the root cause and the corrective actions within the week.",
        "A similar complaint was sent last quarter and the measures did not help.",
        "The {part} cannot be mounted without excessive force.",
        "The rest of the lot is blocked in our warehouse, delivery note {note}.",
        "We expect a replacement and the refund of our sorting cost.",
    ),
}
CITIES = ("Тольятти", "Казань", "Самара", "Пермь", "Тула", "Рязань", "Ижевск", "Омск", "Уфа")
SURNAMES = (
    "Кравцова", "Тарасов", "Соколова", "Белых", "Мельник", "Гуляев", "Лисина", "Панова", "Агишев",
    "Орехова", "Фомина", "Дорохов", "Арбатов", "Гордеева", "Адамов", "Чижов", "Рябова", "Ежов",
)  # fmt: skip
NAMES = ("Анна", "Олег", "Ирина", "Виктор", "Павел", "Сергей", "Вера", "Елена", "Рустам", "Юлия")


def title(random: Random, language: str) -> str:
    """What is wrong with what, and where."""
    fault, part = random.choice(FAULTS[language]), random.choice(PARTS[language])
    return f"{fault} {random.choice(PLACES[language])}: {part}".capitalize()


def description(random: Random, language: str, lot: str, note: str) -> str:
    """Two to six sentences; the lot and the delivery note occur in some of them."""
    chosen = random.sample(SENTENCES[language], random.randint(2, 6))
    return " ".join(chosen).format(
        lot=lot,
        note=note,
        fault=random.choice(FAULTS[language]),
        part=random.choice(PARTS[language]),
        place=random.choice(PLACES[language]),
        n=random.randint(2, 90),
        m=random.randint(100, 900),
        shift=random.choice("ABC"),
    )
