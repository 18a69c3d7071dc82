"""What a new installation starts with: a site, its calendar and the catalogues of the trade.

Runs after migrate and creates only where there is nothing of the kind.
"""

from __future__ import annotations

from typing import Any

from masterdata.models import CauseCategory, CauseCode, DefectCode, Site, WorkCalendar

# Group or code, Russian, English. A code stands under the group before it.
DEFECTS = [
    ("MAT", "Материал и прочность", "Material and strength"),
    ("MAT-CRACK", "Трещина", "Crack"),
    ("MAT-BREAK", "Излом, разрушение", "Break"),
    ("MAT-BRITTLE", "Хрупкость", "Brittleness"),
    ("MAT-INCLUSION", "Посторонние включения", "Inclusions"),
    ("MAT-POROSITY", "Пористость, раковины", "Porosity"),
    ("SURF", "Поверхность и внешний вид", "Surface and appearance"),
    ("SURF-SCRATCH", "Царапины", "Scratches"),
    ("SURF-STAIN", "Пятна, загрязнение", "Stains"),
    ("SURF-COLOUR", "Отклонение цвета", "Colour deviation"),
    ("SURF-COATING", "Дефект покрытия", "Coating defect"),
    ("SURF-CORROSION", "Коррозия", "Corrosion"),
    ("GEO", "Размеры и форма", "Dimensions and shape"),
    ("GEO-DIMENSION", "Размер вне допуска", "Dimension out of tolerance"),
    ("GEO-WARP", "Коробление", "Warpage"),
    ("GEO-FLASH", "Облой", "Flash"),
    ("GEO-SHORT", "Недолив", "Short shot"),
    ("GEO-BURR", "Заусенцы", "Burrs"),
    ("FUN", "Функция", "Function"),
    ("FUN-FIT", "Не собирается", "Does not fit"),
    ("FUN-LEAK", "Негерметичность", "Leak"),
    ("FUN-ELECTRIC", "Электрический отказ", "Electrical failure"),
    ("FUN-NOISE", "Шум, вибрация", "Noise, vibration"),
    ("FUN-FAIL", "Отказ в работе", "Failure in use"),
    ("ASM", "Сборка и комплектность", "Assembly and completeness"),
    ("ASM-MISSING", "Отсутствует деталь", "Missing part"),
    ("ASM-WRONG", "Не та деталь", "Wrong part"),
    ("ASM-MIXED", "Смешанные изделия", "Mixed parts"),
    ("LOG", "Упаковка и поставка", "Packaging and delivery"),
    ("LOG-DAMAGE", "Повреждение упаковки", "Damaged packaging"),
    ("LOG-LABEL", "Ошибка маркировки", "Wrong label"),
    ("LOG-SHORTAGE", "Недопоставка", "Short delivery"),
    ("LOG-LATE", "Просрочка поставки", "Late delivery"),
    ("DOC", "Документы", "Documents"),
    ("DOC-CERT", "Нет сертификата или паспорта", "Missing certificate"),
    ("DOC-ERROR", "Ошибка в документах", "Error in documents"),
    ("OTH", "Прочее", "Other"),
    ("OTH-OTHER", "Другой дефект", "Other defect"),
]
CAUSES = {
    CauseCategory.PEOPLE: [
        ("MAN-TRAINING", "Недостаточное обучение", "Insufficient training"),
        ("MAN-INSTRUCTION", "Инструкция не соблюдена", "Instruction not followed"),
        ("MAN-HANDOVER", "Ошибка при передаче смены", "Shift handover error"),
    ],
    CauseCategory.MACHINE: [
        ("MCH-WEAR", "Износ оборудования или оснастки", "Wear of machine or tool"),
        ("MCH-SETTING", "Сбой настройки", "Setting lost"),
        ("MCH-MAINTENANCE", "Пропущено обслуживание", "Maintenance missed"),
        ("MCH-UTILITY", "Перебой энергоснабжения", "Utility failure"),
    ],
    CauseCategory.MATERIAL: [
        ("MTL-SUPPLIER", "Несоответствие от поставщика", "Supplier nonconformity"),
        ("MTL-MOISTURE", "Влажность сырья", "Moisture of raw material"),
        ("MTL-MIXED", "Перепутан материал", "Material mixed up"),
    ],
    CauseCategory.METHOD: [
        ("MTD-PARAMETER", "Неверный параметр процесса", "Wrong process parameter"),
        ("MTD-CONTROL", "Нет контроля в процессе", "No control in the process"),
        ("MTD-CHANGE", "Изменение без проверки", "Change without validation"),
        ("MTD-PACKAGING", "Способ упаковки", "Packaging method"),
        ("MTD-DESIGN", "Ошибка конструкции", "Design error"),
    ],
    CauseCategory.MEASUREMENT: [
        ("MSR-GAUGE", "Неисправное средство измерения", "Faulty gauge"),
        ("MSR-SAMPLING", "Недостаточная выборка", "Insufficient sampling"),
        ("MSR-CRITERION", "Нечёткий критерий приёмки", "Unclear acceptance criterion"),
    ],
    CauseCategory.ENVIRONMENT: [
        ("ENV-STORAGE", "Условия хранения", "Storage conditions"),
        ("ENV-TRANSPORT", "Условия перевозки", "Transport conditions"),
        ("ENV-CLIMATE", "Температура и влажность в цехе", "Shop-floor climate"),
    ],
}
CATEGORY_NAMES = {
    CauseCategory.PEOPLE: ("Люди", "People"),
    CauseCategory.MACHINE: ("Оборудование", "Machine"),
    CauseCategory.MATERIAL: ("Материал", "Material"),
    CauseCategory.METHOD: ("Метод", "Method"),
    CauseCategory.MEASUREMENT: ("Измерения", "Measurement"),
    CauseCategory.ENVIRONMENT: ("Среда", "Environment"),
}


def install_masterdata(**kwargs: Any) -> None:
    """Site with calendar, defect and cause catalogues, each only where none exists."""
    _install_site()
    _install_defects()
    _install_causes()


def _install_site() -> None:
    if Site.objects.exists():
        return
    calendar, _created = WorkCalendar.objects.get_or_create(
        name="Россия, 5 дней по 8 часов", defaults={"country": "RU"}
    )
    Site.objects.create(code="MAIN", name="Основная площадка", calendar=calendar)


def _install_defects() -> None:
    if DefectCode.objects.exists():
        return
    groups: dict[str, DefectCode] = {}
    for code, name_ru, name_en in DEFECTS:
        group = groups.get(code.partition("-")[0])
        entry = DefectCode.objects.create(code=code, name_ru=name_ru, name_en=name_en, group=group)
        groups.setdefault(code, entry)


def _install_causes() -> None:
    if CauseCode.objects.exists():
        return
    for category, codes in CAUSES.items():
        name_ru, name_en = CATEGORY_NAMES[category]
        group = CauseCode.objects.create(
            code=category.upper(), category=category, name_ru=name_ru, name_en=name_en
        )
        CauseCode.objects.bulk_create(
            CauseCode(code=code, category=category, name_ru=ru, name_en=en, group=group)
            for code, ru, en in codes
        )
