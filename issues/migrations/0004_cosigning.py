"""Co-signatures, the NGO that holds an issue, and for whom an ask was confirmed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


def copy_parties(apps, schema_editor):
    """Until now nobody else could hold an issue, and an ask was confirmed for its owner. Two statements."""
    apps.get_model("issues", "Issue").objects.update(held_by=F("raised_by"))
    apps.get_model("issues", "Ask").objects.filter(confirmed_at__isnull=False).update(confirmed_for=F("owner"))


class Migration(migrations.Migration):

    dependencies = [
        ('issues', '0003_lists_indexed'),
        ('organisations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='issue',
            name='held_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='issues_held', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='issue',
            name='cosigners_count',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='ask',
            name='confirmed_for',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.RunPython(copy_parties, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='issue',
            name='held_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issues_held', to='organisations.organisation'),
        ),
        migrations.AlterField(
            model_name='duty',
            name='kind',
            field=models.CharField(choices=[('accept', 'Take up the issue'), ('redirect', 'Send to the competent body'), ('answer', 'Answer'), ('clarify', 'Answer the question'), ('confirm', 'Confirm or disagree'), ('conclude', 'Conclude the dispute'), ('conclusion', 'Do what the council concluded'), ('report', 'Report what was done'), ('withdraw', 'A co-signing NGO may take the issue over')], max_length=12),
        ),
        migrations.CreateModel(
            name='Cosigner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('ended_as', models.CharField(blank=True, choices=[('withdrawn', 'Co-signature withdrawn'), ('took_over', 'Took the issue over')], default='', max_length=10)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('issue', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosigners', to='issues.issue')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cosigned', to='organisations.organisation')),
            ],
            options={
                'ordering': ['at', 'id'],
                'constraints': [
                    models.UniqueConstraint(condition=Q(ended_at=None), fields=('issue', 'organisation'), name='cosigner_signs_once'),
                    models.CheckConstraint(condition=Q(ended_at=None, ended_as='') | Q(ended_at__isnull=False, ended_as__in=['withdrawn', 'took_over']), name='cosigner_ends_by_something'),
                ],
            },
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(fields=['-cosigners_count', '-id'], name='issue_by_cosigners'),
        ),
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(fields=['held_by', 'status'], name='issue_held'),
        ),
        migrations.AddConstraint(
            model_name='ask',
            constraint=models.CheckConstraint(condition=Q(confirmed_at=None, confirmed_for=None) | Q(confirmed_at__isnull=False, confirmed_for__isnull=False), name='ask_confirmed_for_an_ngo'),
        ),
    ]
