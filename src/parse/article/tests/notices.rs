//! Pages that show a notice, and texts that end in one.

use super::*;

const HEADLINE: &str = "Pilots of both ports ride along";
const TEASER: &str = "The pilots of both ports will ride along on container ships …";

#[track_caller]
fn kept(page: &[u8], told: &Entry, expected: &str) {
    match read_page(page, told) {
        Article::Kept(why) => assert!(why.contains(expected), "{expected}: {why}"),
        Article::Better(content) => panic!("{expected}: {}", content.markup.raw()),
    }
}

/// B230: an error page with the latest news on it, a check of the visitor that holds the
/// headline and a form for a login are no article, whatever their status.
#[test]
fn a_page_that_is_a_notice_is_no_article_b230() {
    let told = entry(HEADLINE, TEASER);
    let latest =
        format!("<ul><li><a href=/1>{HEADLINE}</a> {}</li></ul>", PARAGRAPH.replace("<p>", "").replace("</p>", ""));
    let long = "<p>Whoever looks for an older report may write to the newsroom, which keeps all of them and answers \
        within a day or two, or look for it by its words in the field above this text.</p>";
    let titled = |title: &str, body: &str| {
        format!(
            "<html><head><title>{title}</title></head><body><div>{body}{latest}{}</div></body></html>",
            paragraphs(2)
        )
    };
    for (title, heading) in [
        ("404 | Harbour Post", "Sorry"),
        ("Harbour Post", "Oops! That page can’t be found."),
        ("Seite nicht gefunden – Hafenpost", "Hoppla"),
        ("Le Port", "Page introuvable"),
        ("Страница не найдена", "Порт"),
        ("Strona nie istnieje | Port", "Port"),
        ("お探しのページは見つかりませんでした", "港"),
        ("页面不存在", "港口新闻"),
    ] {
        let page = titled(title, &format!("<h1>{heading}</h1>{long}"));
        kept(page.as_bytes(), &told, "no such page");
    }
    let says = "<p>The page you requested could not be shown. It may have been moved, or the address was typed \
        wrongly, as happens now and then to those who copy it by hand from a paper.</p>";
    let other = format!("<div><h1>Harbour Post</h1>{says}{}</div>", long.replace("older", "early"));
    kept(&page(&other.replace("the newsroom", &format!("the newsroom: {HEADLINE}"))), &told, "no such page");

    let check = format!(
        "<h1>Harbour Post</h1><p>We are checking your browser before you reach the page. {HEADLINE} opens by itself, which \
        takes about five seconds on most lines and somewhat longer on a telephone.</p><p>Please enable JavaScript and \
        reload this page, or write to the office if it comes back again and again.</p>"
    );
    kept(&page(&format!("<div>{check}</div>")), &told, "checks the visitor");
    for heading in ["Just a moment...", "Один момент", "Toegang geweigerd"] {
        kept(titled("Harbour Post", &format!("<h1>{heading}</h1>{long}")).as_bytes(), &told, "checks the visitor");
    }
    for title in ["Log in | Harbour Post", "Zaloguj się – Port", "ログイン"] {
        kept(titled(title, &format!("<h1>Harbour Post</h1>{long}")).as_bytes(), &told, "asks for a login");
    }
    // Reports of such things, and a page whose title is wrong.
    for headline in ["Access denied", "Page not found: how links die", "Login"] {
        let report = titled(headline, &format!("<h1>{headline}</h1>{}", paragraphs(3)));
        assert!(matches!(read_page(report.as_bytes(), &entry(headline, "")), Article::Better(_)), "{headline}");
    }
    let wrong = titled("404", &format!("<article><h1>{HEADLINE}</h1>{}</article>", paragraphs(9)));
    assert!(matches!(read_page(wrong.as_bytes(), &told), Article::Better(_)));
}

/// B231: offers, logins and bars end a text in the languages that are read.
#[test]
fn offers_and_logins_end_a_text_in_many_languages_b231() {
    let told = entry(HEADLINE, TEASER);
    let rows = [
        ("offers", "You have used 5 of your free articles."),
        ("offers", "Sign up to keep reading."),
        ("offers", "Premium. Sign in or subscribe from one pound a week."),
        ("offers", "Lees verder met een abonnement, vanaf 3 euro per week."),
        ("offers", "Dit artikel is alleen voor abonnees."),
        ("offers", "Pełny tekst tylko dla prenumeratorów."),
        ("offers", "Continue lendo por R$ 2,99 no primeiro mês."),
        ("offers", "Este é um artigo exclusivo para assinantes."),
        ("offers", "Дочитать текст могут только подписчики."),
        ("offers", "Celý text je jen pro předplatitele."),
        ("offers", "Läs vidare med en prenumeration."),
        ("offers", "Haberin devamı aboneler içindir."),
        ("offers", "Artikel ini khusus pelanggan."),
        ("offers", "구독하고 계속 읽어 보세요."),
        ("login", "Please log in to continue reading."),
        ("login", "Maak een gratis account aan en lees door."),
        ("login", "Zaloguj się, aby przeczytać całość."),
        ("login", "Faça login para continuar."),
        ("login", "Войдите, чтобы продолжить чтение."),
        ("login", "登录后继续阅读全文"),
        ("everywhere", "This report is not available in your region."),
        ("everywhere", "Материал недоступен в вашей стране."),
    ];
    for (why, said) in rows {
        let expected = match why {
            "offers" => "offers the article to subscribers",
            "login" => "asks for a login",
            _ => "not shown everywhere",
        };
        let body = |count| {
            format!("<article><h1>{HEADLINE}</h1>{}<div class=x1><p>{said}</p></div></article>", paragraphs(count))
        };
        kept(&page(&body(2)), &told, expected);
        let text = html::plain(&better(&page(&body(9)), &told));
        assert!(text.contains("year 8") && text.trim_end().ends_with("[…]") && !text.contains(said), "{said}: {text}");
    }
}

/// B231: fields for a name and a password at the end of a text need no words; those of the
/// site, of a window and of comments say nothing.
#[test]
fn a_password_at_the_end_of_a_text_ends_it_b231() {
    let told = entry(HEADLINE, TEASER);
    let form = "<form><p>Members</p><input name=u><input type=password><button>Go</button></form>";
    let head = format!("<h1>{HEADLINE}</h1>");
    let text = paragraphs(2);
    kept(&page(&format!("<article>{head}{text}<div>{form}</div></article>")), &told, "asks for a login");
    for free in [
        format!("<header>{form}</header><article>{head}{text}</article>"),
        format!("<div>{form}</div><article>{head}{text}</article>"),
        format!("<article>{head}{text}</article><div>{form}</div>"),
        format!("<article>{head}{text}<div class=login-modal>{form}</div></article>"),
        format!("<article>{head}{text}<div class=comments>{form}</div></article>"),
        format!("<article>{head}{PARAGRAPH}<div>{form}</div>{text}</article>"),
    ] {
        assert!(!better(&page(&free), &told).contains("[…]"), "{free}");
    }
}
