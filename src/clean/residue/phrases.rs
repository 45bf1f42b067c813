//! What pages say around an article, by kind, in the languages that are known.
//!
//! Phrases are compared folded (case, marks, alef, yeh and teh marbuta do not matter), and as whole words.

/// Words that begin, end or fill a line of one kind.
pub struct Cue {
    /// The rule that it gives.
    pub rule: &'static str,
    /// How the phrase must stand in the line.
    pub place: Place,
    /// The most words that a line of this kind has.
    pub max_words: usize,
    /// Whether it is residue only beside other residue: the words occur in articles too.
    pub weak: bool,
    /// Whether it is residue wherever it stands, not only at the ends of a text.
    pub anywhere: bool,
    /// The phrases, parted by `|`.
    pub phrases: &'static str,
}

/// How a phrase must stand in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The line is the phrase, but for signs and numbers.
    Whole,
    /// The line begins with it.
    Start,
    /// The line begins with it, and a colon follows; or it is the phrase.
    Label,
    /// It stands somewhere in the line.
    Within,
}

/// Every cue, in order of application.
pub const CUES: &[Cue] = &[
    Cue {
        rule: "back_to_top",
        place: Place::Start,
        max_words: 6,
        weak: false,
        anywhere: false,
        phrases: "زر الذهاب إلى الأعلى|العودة إلى الأعلى|العودة للأعلى|إلى الأعلى|الرجوع إلى أعلى|back to top|go to top|return to top|scroll to top|to the top|retour en haut|haut de page|volver arriba|ir arriba|nach oben|zum seitenanfang|наверх|вернуться наверх|yukarı çık|başa dön|بازگشت به بالا|اوپر جائیں|חזרה למעלה|voltar ao topo|torna su|kembali ke atas|返回顶部|回到顶部|ページの先頭へ|ページトップへ|このページの先頭へ",
    },
    Cue {
        rule: "end_mark",
        place: Place::Whole,
        max_words: 4,
        weak: false,
        anywhere: false,
        phrases: "نهاية الرسالة|نهاية الخبر|انتهى|انتهى الخبر|پایان پیام|انتهای پیام|پایان خبر|ختم شد|end of story|end of message|the end|end|ends|fin|ende|конец|конец сообщения|son|סוף|完|终|終わり",
    },
    Cue {
        rule: "copyright",
        place: Place::Within,
        max_words: 25,
        weak: false,
        anywhere: false,
        phrases: "جميع الحقوق محفوظة|كل الحقوق محفوظة|حقوق النشر محفوظة|حقوق الطبع محفوظة|تمامی حقوق|کلیه حقوق|جملہ حقوق|all rights reserved|tous droits réservés|todos los derechos reservados|alle rechte vorbehalten|todos os direitos reservados|tutti i diritti riservati|все права защищены|усі права захищено|tüm hakları saklıdır|כל הזכויות שמורות|hak cipta dilindungi|版权所有|版權所有|無断転載|all rights are reserved",
    },
    Cue {
        rule: "translation_credit",
        place: Place::Start,
        max_words: 20,
        weak: false,
        anywhere: false,
        phrases: "ترجم هذا الخبر|تمت ترجمة هذا|translated by|this article was translated|traduit par|traducido por|übersetzt von|перевод с|çeviren|مترجم",
    },
    Cue {
        rule: "social",
        place: Place::Start,
        max_words: 25,
        weak: false,
        anywhere: false,
        phrases: "تابعونا على|تابعنا على|تابعوا آخر الأخبار|شارك هذا|شارك المقال|شارك الخبر|شارك على|انضم إلى قناتنا|انضموا إلى قناتنا|اشترك في قناتنا|ما را در|ما را دنبال کنید|به کانال ما|ہمیں فالو|follow us|share this|share on|share article|join our channel|join our telegram|join us on|like us on|find us on|suivez nous|partagez cet article|partager sur|síguenos|síganos|comparte en|compartir en|folgen sie uns|teilen auf|siga nos|compartilhe|seguici su|condividi su|подписывайтесь на|поделиться|читайте нас в|bizi takip edin|paylaş|עקבו אחרינו|שתפו|ikuti kami|bagikan|关注我们|分享到|フォローする|シェアする",
    },
    Cue {
        rule: "social",
        place: Place::Within,
        max_words: 60,
        weak: true,
        anywhere: false,
        phrases: "الشبكات الاجتماعية|شبكات التواصل|قناتنا على|صفحتنا على|شبکه های اجتماعی|social networks|social media|telegram channel|whatsapp channel|réseaux sociaux|redes sociales|sozialen netzwerken|социальных сетях|sosyal medya|רשתות החברתיות",
    },
    Cue {
        rule: "related",
        place: Place::Label,
        max_words: 30,
        weak: false,
        anywhere: true,
        phrases: "اقرأ أيضا|اقرأ المزيد|اقرأ كذلك|إقرأ أيضا|طالع أيضا|شاهد أيضا|مواضيع ذات صلة|أخبار ذات صلة|مقالات ذات صلة|قد يهمك أيضا|بیشتر بخوانید|بخوانید|مطالب مرتبط|اخبار مرتبط|مزید پڑھیں|read more|read also|also read|see also|related articles|related stories|related news|more on this story|you may also like|recommended for you|lire aussi|à lire aussi|articles liés|leer más|lea también|noticias relacionadas|lesen sie auch|mehr zum thema|leia também|leia mais|leggi anche|читайте также|по теме|статьи по теме|ayrıca okuyun|ilgili haberler|קראו גם|כתבות נוספות|baca juga|berita terkait|相关阅读|相关新闻|延伸阅读|関連記事|関連ニュース|あわせて読みたい",
    },
    Cue {
        rule: "newsletter",
        place: Place::Start,
        max_words: 30,
        weak: false,
        anywhere: false,
        phrases: "اشترك في النشرة|اشترك في نشرتنا|سجل بريدك|انضم إلى نشرتنا|در خبرنامه|subscribe to our|sign up for our|sign up to our|get our newsletter|join our newsletter|inscrivez vous à|abonnez vous à|suscríbete|suscríbase|abonnieren sie|assine nossa|iscriviti alla|подпишитесь на|bültenimize|הירשמו לניוזלטר|berlangganan|订阅|メールマガジン",
    },
    Cue {
        rule: "privacy",
        place: Place::Start,
        max_words: 40,
        weak: false,
        anywhere: false,
        phrases: "نستخدم ملفات تعريف الارتباط|يستخدم هذا الموقع ملفات|سياسة الخصوصية|شروط الاستخدام|حريم خصوصی|we use cookies|this site uses cookies|this website uses cookies|privacy policy|terms of use|terms of service|cookie policy|politique de confidentialité|mentions légales|política de privacidad|datenschutz|política de privacidade|политика конфиденциальности|gizlilik politikası|מדיניות פרטיות|kebijakan privasi|隐私政策|プライバシーポリシー",
    },
    Cue {
        rule: "comments",
        place: Place::Start,
        max_words: 8,
        weak: false,
        anywhere: false,
        phrases: "اترك تعليقا|أضف تعليق|لا توجد تعليقات|التعليقات مغلقة|نظر خود را|دیدگاهتان را|leave a comment|leave a reply|post a comment|add a comment|no comments|comments are closed|view comments|laisser un commentaire|deja un comentario|kommentar schreiben|deixe um comentário|оставить комментарий|комментарии|yorum yap|הוסף תגובה|发表评论|コメントを書く",
    },
    Cue {
        rule: "tags",
        place: Place::Label,
        max_words: 30,
        weak: false,
        anywhere: false,
        phrases: "الوسوم|الكلمات المفتاحية|كلمات مفتاحية|كلمات دلالية|برچسب ها|کلید واژه ها|tags|keywords|filed under|mots clés|étiquettes|etiquetas|schlagwörter|palavras chave|теги|метки|etiketler|תגיות|标签|タグ|キーワード",
    },
    Cue {
        rule: "source_credit",
        place: Place::Label,
        max_words: 8,
        weak: false,
        anywhere: false,
        phrases: "المصدر|مصدر الخبر|منبع|source|quelle|fuente|fonte|источник|kaynak|מקור|来源|出典",
    },
    Cue {
        rule: "photo_credit",
        place: Place::Label,
        max_words: 12,
        weak: false,
        anywhere: false,
        phrases: "تصوير|مصدر الصورة|صورة|عکس|photo|photo credit|image|image credit|picture|foto|fotos|crédit photo|фото|fotoğraf|צילום|图|写真",
    },
    Cue {
        rule: "button",
        place: Place::Whole,
        max_words: 4,
        weak: false,
        anywhere: false,
        phrases: "طباعة|إرسال|مشاركة|نسخ الرابط|حفظ|چاپ|ارسال|print|email|share|tweet|pin it|copy link|save|imprimer|envoyer|partager|imprimir|compartir|drucken|teilen|распечатать|поделиться|yazdır|הדפס|打印|印刷|next|previous|next article|previous article|menu|search|login|sign in|register|home|الرئيسية|بحث|القائمة|تسجيل الدخول|التالي|السابق|facebook|twitter|telegram|whatsapp|instagram|youtube|فيسبوك|تويتر|واتساب|تلغرام|تيليجرام|انستغرام|يوتيوب",
    },
    Cue {
        rule: "javascript",
        place: Place::Within,
        max_words: 30,
        weak: false,
        anywhere: true,
        phrases: "enable javascript|javascript is disabled|javascript is required|requires javascript|تفعيل جافا سكريبت|تفعيل الجافا سكريبت|activer javascript|habilite javascript|включите javascript",
    },
];

/// Names of social networks, as lines of them are residue.
pub const NETWORKS: &str = "facebook|twitter|telegram|whatsapp|instagram|youtube|linkedin|pinterest|tiktok|snapchat|reddit|viber|vk|bale|rubika|eitaa|weibo|wechat|threads|tumblr|فيسبوك|فيس بوك|تويتر|إكس|تلغرام|تليجرام|تيليجرام|واتساب|واتس اب|انستغرام|إنستغرام|انستقرام|يوتيوب|سناب شات|تيك توك|لينكد إن|تلگرام|اینستاگرام|توییتر|واتساپ|یوتیوب|فیسبوک|телеграм|вконтакте|одноклассники|фейсбук|ютуб|微博|微信";

/// Labels before the name of who wrote the text.
pub const AUTHOR_LABELS: &str = "كتب|كتبت|كتبه|بقلم|إعداد|تحرير|المحرر|الكاتب|الكاتبة|نویسنده|گزارش از|تحریر|author|written by|by|reporting by|editing by|story by|par|auteur|von|autor|por|di|scritto da|автор|текст|yazan|haber|מאת|penulis|oleh|作者|记者|記者|文責|文";

/// Labels that also open notes: a name counts only where a role follows it.
pub const NOTE_LABELS: &str = "ملاحظة|یادداشت|note|opinion|رأي|تعليق";

/// Labels before the time of publication.
pub const DATE_LABELS: &str = "تاريخ النشر|نشر في|نشرت في|آخر تحديث|تم النشر|تاریخ انتشار|published|published on|published at|posted|posted on|updated|last updated|last modified|publié le|mis à jour le|publicado|publicado el|actualizado|veröffentlicht|aktualisiert|pubblicato|опубликовано|обновлено|yayınlanma|güncelleme|פורסם|diterbitkan|发布时间|发表于|公開日|更新日|掲載日";

/// The first place of a breadcrumb.
pub const HOME: &str = "الرئيسية|الصفحة الرئيسية|خانه|صفحه اصلی|home|homepage|accueil|inicio|startseite|início|главная|anasayfa|ana sayfa|דף הבית|beranda|首页|首頁|ホーム|トップ";
