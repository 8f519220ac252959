"""Each component makes the markup that a screen reader, a keyboard and a printer need."""

from __future__ import annotations

from datetime import date

import pytest
from django import forms
from django.core.paginator import Paginator
from django.utils.safestring import SafeString

from jointlab.common.show import Member, Rung, SideOf, Step, Tab
from jointlab.common.tables import Column
from tests.common.pages import drawn


class Need(forms.Form):
    title = forms.CharField(help_text="Short.")
    about = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(required=False)
    token = forms.CharField(widget=forms.HiddenInput)


def test_a_page_header_says_what_this_is_and_what_state_it_is_in() -> None:
    text = drawn("{% page_header title state='passed' word='In force' %}", title="A <b>")
    assert "<h1>A &lt;b&gt;</h1>" in text
    assert "<span>In force</span>" in text


def test_the_way_here_is_a_list_of_links() -> None:
    text = drawn("{% breadcrumb 'People' '/people/' who '/people/1/' %}", who="<i>")
    assert '<a href="/people/"><bdi>People</bdi></a>' in text
    assert "<bdi>&lt;i&gt;</bdi>" in text


def test_what_failed_is_an_alert_and_all_else_a_status() -> None:
    assert 'role="alert"' in drawn("{% notice 'failed' %}<p>No.</p>{% endnotice %}")
    assert 'role="status"' in drawn("{% notice 'passed' %}<p>Yes.</p>{% endnotice %}")


def test_what_stands_in_a_block_is_escaped_as_everywhere() -> None:
    text = drawn(
        "{% notice '' %}{{ x }}{% endnotice %}{% card x %}{{ x }}{% endcard %}"
        "{% fact x %}{{ x }}{% endfact %}{% empty_state x %}{{ x }}{% endempty_state %}",
        x="<script>",
    )
    assert "<script>" not in text
    assert text.count("&lt;script&gt;") == 7


def test_a_table_has_its_caption_and_scrolls_by_keyboard() -> None:
    text = drawn("{% table 'Trials' %}<tbody></tbody>{% endtable %}")
    assert "<caption>Trials</caption>" in text
    assert 'role="region" aria-label="Trials" tabindex="0"' in text


def test_the_rows_of_a_table_are_named_labelled_and_escaped() -> None:
    columns = [
        Column("Who <b>", lambda row: row["who"], anchor=lambda row: f"row-{row['id']}"),
        Column("What", lambda row: row["what"]),
        Column("To do", lambda _row: SafeString("<button></button>"), labelled=False),
    ]
    things = [{"id": 1, "who": "<Lin>", "what": "Radar"}, {"id": 2, "who": "Kim", "what": ""}]
    text = drawn("{% rows columns things %}", columns=columns, things=things)
    assert '<th scope="col">Who &lt;b&gt;</th>' in text
    assert '<th scope="row" id="row-1">&lt;Lin&gt;</th>' in text
    assert '<td data-label="What">Radar</td>' in text
    assert text.count("<td><button></button></td>") == 2
    assert text.count("<td></td>") == 1  # nothing is not labelled


def test_a_span_says_both_days_or_since_when() -> None:
    first, last = date(2019, 6, 24), date(2024, 6, 23)
    text = drawn("{% span first last %}", first=first, last=last)
    assert 'datetime="2019-06-24">24 June 2019</time> to <time' in text
    assert drawn("{% span first None %}", first=first).startswith("since <time")


def test_a_column_sorts_both_ways_and_keeps_the_filters() -> None:
    head = "{% sort 'Name' 'name' %}"
    assert 'href="?side=1&amp;sort=name"' in drawn(head, "/?side=1&page=3")
    now = drawn(head, "/?sort=name")
    assert 'aria-sort="ascending"' in now
    assert 'href="?sort=-name"' in now
    assert 'aria-sort="descending"' in drawn(head, "/?sort=-name")
    assert 'class="number"' in drawn("{% sort 'Margin' 'margin' number=True %}")


def test_pages_keep_the_other_parameters_and_mark_where_one_is() -> None:
    page = Paginator(range(100), 10).page(5)
    text = drawn("{% pagination page %}", "/?words=a&page=5", page=page)
    assert 'rel="next" href="?words=a&amp;page=6"' in text
    assert '<span aria-current="page">5</span>' in text
    assert "41 to 50 of 100" in text


def test_one_page_needs_no_pages() -> None:
    page = Paginator(range(3), 10).page(1)
    assert drawn("{% pagination page %}", page=page).strip() == ""


def test_the_tab_of_this_page_is_marked() -> None:
    parts = [Tab("People", "/en/people/", 12), Tab("Timeline", "/en/timeline/")]
    text = drawn("{% tabs 'Parts' parts %}", "/en/timeline/", parts=parts)
    assert '<a href="/en/timeline/" aria-current="page">' in text
    assert text.count("aria-current") == 1


def test_a_life_says_each_step_with_its_state_day_and_name() -> None:
    life = [
        Step("Drafted", "passed", date(2019, 6, 3), "<Lin>"),
        Step("Signed", "going"),
        Step("Over"),
    ]
    text = drawn("{% steps 'Life' life %}", life=life)
    assert 'Drafted <span class="unseen">Passed</span>' in text
    assert 'datetime="2019-06-03"' in text
    assert "&lt;Lin&gt;" in text
    assert text.count('aria-current="step"') == 1
    assert 'Over <span class="unseen">To come</span>' in text


def test_a_rung_links_to_what_earned_it() -> None:
    text = drawn(
        "{% ladder 'TRL' rungs %}", rungs=[Rung(3, "Proof", "passed", [("Trial 7", "/t/7/")])]
    )
    assert '<a href="/t/7/">Trial 7</a>' in text


def test_people_stand_under_their_organisation() -> None:
    side = SideOf("CQUPT", [Member("Lin", "Researcher", "/p/1/", "ended", "Left")])
    text = drawn("{% people_by_side sides %}", sides=[side, SideOf("Works")])
    assert '<a href="/p/1/"><bdi>Lin</bdi></a>' in text
    assert "Researcher" in text
    assert "Left" in text
    assert "Nobody yet." in text


def test_an_entry_says_when_what_and_who() -> None:
    text = drawn("{% entry day 'Lin' href='/e/1/' %}Signed.{% endentry %}", day=date(2019, 6, 24))
    assert '<a href="/e/1/"><time' in text
    assert "Signed." in text
    assert "<bdi>Lin</bdi>" in text


def test_a_picture_has_its_words_and_its_size() -> None:
    text = drawn("{% picture '/x.png' 'Two people' caption='<b>' width=4 height=3 %}")
    assert 'alt="Two people" width="4" height="3"' in text
    assert "&lt;b&gt;" in drawn("{% picture '/x.png' '' caption=c %}", c="<b>")


def test_progress_says_how_far_or_only_that_it_goes_on() -> None:
    text = drawn("{% progress 'Trial' 3 of=8 %}")
    assert 'value="3" max="8"' in text
    assert "38 %" in text
    assert "value" not in drawn("{% progress 'Trial' %}")


def test_an_act_posts_with_the_token_and_its_values() -> None:
    text = drawn("{% act '/x/' 'End' 'danger' member=7 %}", csrf_token="abc")
    assert '<form method="post" action="/x/">' in text
    assert 'name="csrfmiddlewaretoken"' in text
    assert '<input type="hidden" name="member" value="7">' in text


def test_a_form_keeps_what_was_typed_and_says_beside_the_field_what_is_wrong() -> None:
    text = drawn("{% form form 'Save' cancel='/back/' %}", form=Need({"about": "<b>so far"}))
    assert 'value="&lt;b&gt;so far"' in text
    assert 'aria-describedby="id_title_helptext id_title_error"' in text
    assert 'id="id_title_error"' in text
    assert 'aria-invalid="true"' in text
    assert '<fieldset aria-describedby="id_kind_error">' in text
    assert '<a class="button button-quiet" href="/back/">' in text


def test_what_a_hidden_field_lacks_is_told_above_the_form() -> None:
    text = drawn("{{ form }}", form=Need({}))
    assert 'role="alert"' in text
    assert "token" in text


def test_only_what_may_be_left_out_is_called_optional() -> None:
    text = drawn("{{ form }}", form=Need())
    assert text.count("optional") == 2  # the word and its class, on one field; a tick is always
    assert "optional" in text.split('for="id_about"')[1].split("</label>")[0]


def test_a_form_with_a_file_can_send_it() -> None:
    class Upload(forms.Form):
        file = forms.FileField()

    assert 'enctype="multipart/form-data"' in drawn("{% form form 'Send' %}", form=Upload())


def test_filters_get_and_can_be_taken_off() -> None:
    text = drawn("{% filters form %}", "/en/people/?about=x", form=Need({"about": "x"}))
    assert '<form class="filters" method="get" action="/en/people/"' in text
    assert "Show all" in text
    assert "Show all" not in drawn("{% filters form %}", "/en/people/", form=Need())


@pytest.mark.parametrize(("level", "kind"), [("error", "failed"), ("success", "passed"), ("x", "")])
def test_a_message_is_shown_as_its_notice(level: str, kind: str) -> None:
    assert drawn("{{ level|notice_kind }}", level=level) == kind
