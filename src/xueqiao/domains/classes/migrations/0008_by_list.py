from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("classes", "0007_assistants")]

    operations: ClassVar = [
        migrations.AddField("classrun", "is_by_list", models.BooleanField(db_default=False, default=False))
    ]
